import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { WebSocket } from 'ws';
import { expect, test } from 'vitest';
import { openRedisCarrier } from '../../src/platform/redis-carrier.ts';
import { afterwards } from '../support/afterwards.ts';
import { hasRedis, startRedis } from '../support/redis.ts';
import { openAgain, openStore } from '../support/store.ts';
import { type Subscriber, subscribe } from '../support/subscribers.ts';
import { quiet } from '../support/worker.ts';
import { eventually, type Live, serveLive, untilListening } from '../integration/subscriptions/support.ts';
import { aWrittenStream, tell, type Written } from './support.ts';

const [waves, each] = [20, 500];
/** What each disconnected client may leave behind: its subscription alone takes several times as much. */
const bytesLeft = 1_500;

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void; // safe: the flag makes it

/** Bytes in use when nothing is running. */
function heapBytes(): number {
  collectGarbage();
  collectGarbage();
  return process.memoryUsage().heapUsed;
}

/** Clients of both transports connect, receive a change, and leave: some cleanly, some without a word. */
async function wave(live: Live, stream: Written): Promise<void> {
  const overHttp = Array.from({ length: each / 2 }, () => subscribe(live.http, stream.id));
  const overSockets = Array.from({ length: each / 2 }, () => open(live.ws, stream.id));
  // `expect.poll` would hold the values that it checks until the test ends.
  const all = [...overHttp, ...overSockets];
  await eventually(() => all.every(({ versions }) => versions.length > 0));
  await stream.more();
  const version = await stream.version();
  const heard = ({ versions }: Pick<Subscriber, 'versions'>) => versions.at(-1) === version;
  await eventually(() => all.every(heard));
  for (const subscriber of overHttp) subscriber.stop();
  for (const [at, { socket }] of overSockets.entries())
    at % 2 === 0 ? socket.close(1000) : socket.terminate();
  await untilListening(live, 0);
  await eventually(() => live.connections() === 0);
}

function open(url: string, id: string) {
  const versions: number[] = [];
  const socket = new WebSocket(url, 'graphql-transport-ws');
  const query = `subscription { streamUpdated(id: "${id}") { freshness { version } } }`;
  socket.on('open', () => socket.send('{"type":"connection_init"}'));
  socket.on('message', (data) => {
    const text = String(data);
    if (text.includes('connection_ack')) {
      socket.send(JSON.stringify({ id: '1', type: 'subscribe', payload: { query } }));
    }
    const version = /"version":(\d+)/.exec(text)?.[1];
    if (version !== undefined) versions.push(Number(version));
  });
  socket.on('error', () => {});
  return { socket, versions };
}

test.skipIf(!hasRedis)(
  'ten thousand clients come and go: memory is flat, and Redis has none of their subscriptions',
  async () => {
    const redis = await startRedis();
    const store = await openStore();
    const db = openAgain(store.url, { poolSize: 4, carrier: openRedisCarrier(redis.url, 'test', quiet) });
    afterwards(() => db.close());
    const stream = await aWrittenStream(db);
    const live = await serveLive({ ...db, url: store.url });
    const channels = () => redis.client.pubsub('CHANNELS', '*');
    // The server's own, which it has on a cluster.
    const own = await channels();
    // After the first clients, one-time objects exist and the code is compiled.
    for (let at = 0; at < 4; at++) await wave(live, stream);
    const before = heapBytes();
    for (let at = 4; at < waves; at++) await wave(live, stream);
    const left = (heapBytes() - before) / ((waves - 4) * each);
    tell(`${Math.round(left)} bytes a client are left`);
    expect(left).toBeLessThan(bytesLeft);
    await expect.poll(channels).toEqual(own);
    expect(own).toEqual(db.isDistributed ? ['test:streams'] : []);
    expect(await redis.client.pubsub('NUMPAT')).toBe(0);
    expect(live.changes.count()).toBe(0);
  },
);

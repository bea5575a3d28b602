import { Agent } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { nameDeployment } from '../../src/db/migrate.ts';
import { openRedisCarrier } from '../../src/platform/redis-carrier.ts';
import { afterwards } from '../support/afterwards.ts';
import { ask, tally } from '../support/asked.ts';
import { startLoad } from '../support/load.ts';
import { hasRedis, redisOutages, startRedis, type TestRedis } from '../support/redis.ts';
import { must } from '../../src/shared/errors.ts';
import { aMachine, type RunningServer, runServer } from '../support/servers.ts';
import { openAgain, openStore } from '../support/store.ts';
import { subscribeMany } from '../support/subscribers.ts';
import { quiet } from '../support/worker.ts';
import {
  aWrittenStream,
  expectAllAnswered,
  expectNewest,
  faultSeconds,
  keepWriting,
  mixed,
  slowest,
  tell,
  type Written,
} from './support.ts';

const faults: typeof redisOutages = [
  ...redisOutages,
  [
    'is full',
    (redis) => redis.client.config('SET', 'maxmemory', '1'),
    (redis) => redis.client.config('SET', 'maxmemory', '0'),
  ],
  ['is flushed', (redis) => redis.flushall(), (redis) => redis.flushall()],
];

/** Two servers with one Redis, and another process that writes. */
async function open() {
  const redis = await startRedis();
  const store = await openStore();
  const carrier = openRedisCarrier(redis.url, await nameDeployment(store.url), quiet);
  const db = openAgain(store.url, { poolSize: 2, carrier });
  afterwards(() => db.close());
  const stream = await aWrittenStream(db);
  const start = async () =>
    runServer({
      args: ['--no-worker'],
      env: { DATABASE_URL: store.url, REDIS_URL: redis.url, LARKSTAT_DATA: await aMachine() },
    });
  return { redis, servers: [await start(), await start()], stream };
}
const opened = hasRedis ? await open() : null;

test.skipIf(!hasRedis).each(faults)(
  'no query fails while Redis %s, and afterwards everything works as before',
  async (_, begin, end) => {
    const { redis, servers, stream } = must(opened, 'there is a Redis');
    const subscribers = servers.flatMap(({ url }) => subscribeMany(5, url, stream.id));
    const loads = servers.map(({ url }) => startLoad(url, { clients: 3, questions: mixed(stream) }));
    const stopWriting = keepWriting(stream);
    await expectNewest(subscribers, stream);

    await begin(redis);
    await sleep(faultSeconds * 1_000);
    await stopWriting();
    // Without the notification, polling the versions finds it.
    await expectNewest(subscribers, stream);
    await end(redis);

    const back = Date.now();
    await stream.more();
    await expectNewest(subscribers, stream);
    tell(`subscribers have the newest ${Date.now() - back} ms after Redis is back`);
    await expect.poll(() => sharesAnswers(redis, servers, stream), { interval: 100 }).toBe(true);
    tell(`answers are shared again ${Date.now() - back} ms after Redis is back`);
    const outcomes = (await Promise.all(loads.map((load) => load.stop()))).flat();
    tell(`${JSON.stringify(tally(outcomes))}, the slowest ${slowest(outcomes)} ms`);
    expectAllAnswered(outcomes);
  },
);

let questions = 0;

/** Whether one server gets an answer that the other one computed. */
async function sharesAnswers(
  { client }: TestRedis,
  servers: readonly RunningServer[],
  { account }: Written,
): Promise<boolean> {
  const query = `{ account(handle: "${account.handle}") { displayName } } # shared ${questions++}`;
  const [first, second] = servers;
  const hits = async () => Number(/keyspace_hits:(\d+)/.exec(await client.info('stats'))?.[1]);
  const asked = async (url = '') => (await ask(url, new Agent(), { kind: 'shared', query })).code;
  if ((await asked(first?.url)) !== 'OK') return false;
  // The answer is being sent to Redis when the client receives it.
  await sleep(50);
  const before = await hits();
  await asked(second?.url);
  return (await hits()) > before;
}

import { connect, type Socket } from 'node:net';
import { expect, test } from 'vitest';
import { anAccount, aPost, savePosts } from '../../support/posts.ts';
import { afterwards } from '../../support/afterwards.ts';
import { openStore } from '../../support/store.ts';
import { eventually, globalId, type Live, serveLive, untilListening } from './support.ts';

const db = await openStore();
const live = await serveLive(db);

const document = 'subscription ($id: ID!) { streamUpdated(id: $id) { freshness { version } } }';

type Reader = { readonly socket: Socket; readonly versions: number[] };

/** A subscriber by a raw socket: a thousand clients that parse answers are slower than the server. */
function read(on: Live, id: string): Reader {
  const body = JSON.stringify({ query: document, variables: { id } });
  const head = `POST /graphql HTTP/1.1\r\nhost: localhost\r\naccept: text/event-stream\r\ncontent-type: application/json`;
  const versions: number[] = [];
  const socket = connect(on.port, '127.0.0.1', () =>
    socket.write(`${head}\r\ncontent-length: ${body.length}\r\n\r\n${body}`),
  );
  let rest = '';
  socket.on('data', (part) => {
    const events = `${rest}${part}`.split('\n\n');
    rest = events.pop() ?? '';
    versions.push(...events.flatMap((event) => /"version":(\d+)/.exec(event)?.[1] ?? []).map(Number));
  });
  socket.on('error', () => {});
  afterwards(() => void socket.destroy());
  return { socket, versions };
}

test('a slow reader among a thousand subscribers holds nobody up, and finds the newest', async () => {
  const account = anAccount();
  const { streamId } = await savePosts(db, account, [aPost(account)]);
  const id = globalId('Account', streamId);
  const readers: Reader[] = [];
  const reached = (version: number, of: readonly Reader[]) =>
    eventually(
      () => of.every(({ versions }) => versions.at(-1) === version),
      () => `${of.filter(({ versions }) => versions.at(-1) === version).length} have version ${version}`,
    );
  while (readers.length < 1_000) {
    readers.push(...Array.from({ length: 50 }, () => read(live, id)));
    await reached(1, readers);
  }
  await untilListening(live, 1);
  const [slow, ...others] = readers;
  slow?.socket.pause();
  for (const version of [2, 3]) {
    await savePosts(db, account, [aPost(account)]);
    await reached(version, others);
  }
  expect(slow?.versions).toEqual([1]);
  slow?.socket.resume();
  await reached(3, readers);
  // Each version once, in order.
  for (const { versions } of others) expect(versions).toEqual([1, 2, 3]);
  for (const { socket } of readers) socket.destroy();
  await untilListening(live, 0);
});

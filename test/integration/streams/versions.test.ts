import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { pathToFileURL } from 'node:url';
import { expect, test } from 'vitest';
import { Fingerprint } from '../../../src/streams/fingerprint.ts';
import { openChanges } from '../../../src/changes.ts';
import type { Database } from '../../../src/db/client.ts';
import type { Message, Subscription } from '../../../src/platform/pubsub.ts';
import { ofStream } from '../../../src/graphql/changes.ts';
import { openRedisCarrier } from '../../../src/platform/redis-carrier.ts';
import { deleteStreamRows } from '../../../src/streams/delete.ts';
import { openVersions, type Versions } from '../../../src/streams/versions.ts';
import { afterwards } from '../../support/afterwards.ts';
import { openDetour } from '../../support/detour.ts';
import { anAccount, aPost, savePosts } from '../../support/posts.ts';
import { root } from '../../support/program.ts';
import { hasRedis, startRedis } from '../../support/redis.ts';
import { openAgain, openStore } from '../../support/store.ts';
import { quiet } from '../../support/worker.ts';

const store = await openStore();

function another(url = store.url, options: Parameters<typeof openAgain>[1] = {}): Database {
  const db = openAgain(url, { poolSize: 2, ...options });
  afterwards(() => db.close());
  return db;
}

async function versionsOf(db: Database): Promise<Versions> {
  const versions = await openVersions(db);
  afterwards(() => versions.close());
  return versions;
}

/** A new stream with a post. */
async function aStream(
  db: Database = store,
): Promise<{ readonly streamId: number; more(): Promise<unknown> }> {
  const account = anAccount();
  const { streamId } = await savePosts(db, account, [aPost(account)]);
  return { streamId, more: () => savePosts(db, account, [aPost(account)]) };
}

/** The stored versions. */
async function stored(): Promise<Map<number, number>> {
  const rows = await store.sql<{ id: number; version: number }[]>`
    select stream_id as id, version::float8 from streams`;
  return new Map(rows.map(({ id, version }) => [id, version]));
}

/** The messages up to the first that passes the check. */
async function until(
  subscription: Subscription,
  is: (message: Message) => boolean,
): Promise<readonly Message[]> {
  const messages: Message[] = [];
  for await (const batch of subscription) {
    messages.push(...batch.messages);
    if (messages.some(is)) break;
  }
  return messages;
}

function fingerprintOf(versions: ReadonlyMap<number, number>): number {
  const fingerprint = new Fingerprint();
  for (const [streamId, version] of versions) fingerprint.toggle(streamId, version);
  return fingerprint.value;
}

/** What a process does that dies between its commit and its notification. */
const changeUnheard = (streamId: number) =>
  store.sql`update streams set version = version + 1 where stream_id = ${streamId}`;

test('versions are loaded at the start, and then updated by the notifications of every process', async () => {
  const stream = await aStream();
  const db = another();
  const versions = await versionsOf(db);
  expect(versions.of(stream.streamId)).toBe((await stored()).get(stream.streamId));
  expect([versions.changedAt(stream.streamId), versions.of(0)]).toEqual([0, null]);
  const begun = versions.clock();
  await stream.more();
  await expect.poll(() => versions.changedAt(stream.streamId)).toBeGreaterThan(begun);
  expect(versions.of(stream.streamId)).toBe((await stored()).get(stream.streamId));
  expect(versions.fingerprint()).toBe(fingerprintOf(await stored()));

  const registry = versions.registry();
  const made = await aStream(db);
  // Its own changes are known as soon as they are committed.
  expect(versions.of(made.streamId)).toBe((await stored()).get(made.streamId));
  expect(versions.registry()).toBeGreaterThan(registry);
  const before = versions.registry();
  await deleteStreamRows(store.sql, made.streamId);
  await expect.poll(() => versions.of(made.streamId)).toBeNull();
  await expect.poll(() => versions.registry()).toBeGreaterThan(before);
  expect(versions.fingerprint()).toBe(fingerprintOf(await stored()));
});

test('a commit that was never announced is found by polling, and followers are notified', async () => {
  const [changed, kept, deleted] = [await aStream(), await aStream(), await aStream()];
  const db = another();
  const versions = await versionsOf(db);
  const { changes, close } = await openChanges(db);
  afterwards(close);
  const [told, untold, end] = [
    await changes.subscribe(ofStream(changed.streamId)),
    await changes.subscribe(ofStream(kept.streamId)),
    await changes.subscribe(ofStream(deleted.streamId)),
  ];
  await changeUnheard(changed.streamId);
  const version = (await stored()).get(changed.streamId);
  await until(told, (message) => message.version === version);
  expect(versions.of(changed.streamId)).toBe(version);
  expect(versions.changedAt(changed.streamId)).toBe(versions.clock());

  await store.sql`delete from streams where stream_id = ${deleted.streamId}`;
  await store.sql`update registry set version = version + 1`;
  await until(end, (message) => message.version === undefined);
  expect(versions.of(deleted.streamId)).toBeNull();
  const [registry] = await store.sql<{ version: number }[]>`select version::float8 from registry`;
  await expect.poll(() => versions.registry()).toBe(registry?.version);
  const last = (await stored()).get(kept.streamId) ?? 0;
  db.changeFeed.notifyLocal([{ stream: kept.streamId, version: last + 1 }]);
  const messages = await until(untold, (message) => message.version === last + 1);
  // At most the late notification of its creation.
  expect(messages.slice(0, -1)).toEqual(
    messages.length === 1 ? [] : [{ id: String(kept.streamId), version: last }],
  );
});

test('the last change of a writer that is killed between its commit and its announcement is found', async () => {
  const { streamId } = await aStream();
  const versions = await versionsOf(another());
  const before = versions.of(streamId) ?? 0;
  // Announced here right after the commit, before anything is sent.
  const script = `
    import { openDatabase } from '${pathToFileURL(`${root}src/db/client.ts`)}';
    import { touch } from '${pathToFileURL(`${root}src/streams/touch.ts`)}';
    const db = openDatabase('${store.url}');
    db.changeFeed.listen({ onChange: () => process.kill(process.pid, 'SIGKILL') });
    await db.sql.begin((tx) => touch(tx, ${streamId}));`;
  const writer = spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '--eval', script], {
    cwd: root,
    stdio: 'ignore',
  });
  const [, signal] = await once(writer, 'exit');
  expect([signal, (await stored()).get(streamId)]).toEqual(['SIGKILL', before + 1]);
  await expect.poll(() => versions.of(streamId)).toBe(before + 1);
});

test('after a lost connection the versions are read again; without a store nobody is told that they are current', async () => {
  const stream = await aStream();
  const detour = await openDetour(store.url);
  const versions = await versionsOf(another(detour.url, { statementTimeoutMs: 2_000 }));
  await versions.current();
  await detour.close();
  await changeUnheard(stream.streamId);
  await expect
    .poll(() =>
      versions.current().then(
        () => 'current',
        () => 'away',
      ),
    )
    .toBe('away');
  await detour.open();
  await expect
    .poll(() =>
      versions.current().then(
        () => 'current',
        () => 'away',
      ),
    )
    .toBe('current');
  expect(versions.of(stream.streamId)).toBe((await stored()).get(stream.streamId));
});

test.skipIf(!hasRedis)(
  'while Redis is away the store is asked each time; later the news is enough',
  async () => {
    const redis = await startRedis();
    const stream = await aStream();
    const db = another(store.url, { carrier: openRedisCarrier(redis.url, 'test', quiet) });
    const versions = await versionsOf(db);
    await redis.kill();
    await expect.poll(() => db.changeFeed.isReceiving()).toBe(false);
    for (let round = 0; round < 3; round++) {
      await changeUnheard(stream.streamId);
      await versions.current();
      expect(versions.of(stream.streamId)).toBe((await stored()).get(stream.streamId));
    }
    await redis.restart();
    await expect.poll(() => db.changeFeed.isReceiving()).toBe(true);
    await versions.current();
    // No further statement runs: it would wait for this lock until it fails.
    await store.sql.begin(async (tx) => {
      await tx`lock table streams`;
      await versions.current();
    });
  },
);

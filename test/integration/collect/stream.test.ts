import { once } from 'node:events';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { describe, type ExpectStatic } from 'vitest';
import { ChatStream } from '../../../src/collect/chat-stream.ts';
import type { Entry } from '../../../src/collect/entry.ts';
import type { Database } from '../../../src/db/client.ts';
import { verifyStream } from '../../support/verify.ts';
import { afterwards, waitingTest } from '../../support/afterwards.ts';
import { collect, storedIds, untilStored } from '../../support/collecting.ts';
import { openDetour } from '../../support/detour.ts';
import { openFakeTwitchIrc } from '../../support/open-fake-twitch-irc.ts';
import { patienceMs } from '../../support/patience.ts';
import { hasRedis, startRedis } from '../../support/redis.ts';
import { startCollector } from '../../support/start-collector.ts';
import { openAgain, openStore } from '../../support/store.ts';
import { openJobs, untilJob } from '../../support/worker.ts';

// Received messages wait in a stream of Redis to be written: exactly the sent messages are stored, whatever is
// unavailable.

const patience = { timeout: patienceMs };

/** A store, a Redis, and a chat whose messages wait there until they are stored. */
async function openChat() {
  const db = await openStore({ poolSize: 6 });
  const { jobs, folder } = await openJobs(db);
  const redis = await startRedis();
  const fake = await openFakeTwitchIrc();

  const connect = (): Redis => {
    const client = new Redis(redis.url, { enableOfflineQueue: false, commandTimeout: 2_000 });
    client.on('error', () => {});
    afterwards(() => client.disconnect());
    return client;
  };
  const options = (linesMax = 100_000) => ({
    redis: connect(),
    prefix: 'test',
    linesMax,
    claimAfterMs: 2_000,
  });

  function say(login: string, count: number): readonly string[] {
    return Array.from({ length: count }, (_, n) =>
      fake.say(login, { text: `message ${n}`, login: `viewer${n % 9}` }),
    );
  }

  const startProcess = (databaseUrl: string, root: string) =>
    startCollector(databaseUrl, fake.url, root, redis.url);

  const waiting = () => redis.client.xlen('test:chat');
  return { db, jobs, folder, redis, fake, options, say, startProcess, waiting };
}

/** The bytes that wait on the disk. */
async function onDisk(root: string): Promise<number> {
  const names = await readdir(root, { recursive: true });
  const files = names.filter((name) => name.endsWith('.chat'));
  const sizes = await Promise.all(files.map((name) => stat(join(root, name)).catch(() => ({ size: 0 }))));
  return sizes.reduce((sum, { size }) => sum + size, 0);
}

async function expectRight(db: Database, expect: ExpectStatic): Promise<void> {
  const streams = await db.sql<{ id: number }[]>`select stream_id as id from streams`;
  for (const { id } of streams) expect(await verifyStream(db.sql, id)).toEqual([]);
}

describe.skipIf(!hasRedis)('chat that waits in Redis', () => {
  waitingTest('is stored once, and then removed from Redis', async ({ expect }) => {
    const { db, jobs, folder, redis, fake, options, say, waiting } = await openChat();
    collect(db, folder, fake, { stream: options() });
    await jobs.collectChat('calm');
    await fake.joined('calm', 1, patienceMs);
    await untilStored(db, say('calm', 500), 'calm');
    expect(await redis.client.exists('test:chat')).toBe(1);
    await expect.poll(waiting, patience).toBe(0);
    await expectRight(db, expect);
  });

  waitingTest(
    'waits while the database is away, not on the disk, and is stored when it is back',
    async ({ expect }) => {
      const { db, jobs, folder, fake, options, say, waiting } = await openChat();
      const detour = await openDetour(db.url);
      const cut = openAgain(detour.url, { poolSize: 6 });
      const root = join(folder, 'away');
      const collecting = collect(cut, folder, fake, { stream: options(), root });
      await jobs.collectChat('away');
      await fake.joined('away', 1, patienceMs);
      const before = say('away', 100);
      await untilStored(db, before, 'away');
      await detour.close();
      const during = say('away', 1_000);
      await expect.poll(waiting, patience).toBe(1_000);
      await expect.poll(() => onDisk(root), patience).toBe(0);
      await detour.open();
      await untilStored(db, [...before, ...during], 'away');
      await expect.poll(waiting, patience).toBe(0);
      await expectRight(db, expect);
      await collecting.close();
      await cut.close();
      await detour.close();
    },
  );

  waitingTest('is written by any other worker when the worker that took it is killed', async ({ expect }) => {
    const { db, jobs, folder, redis, fake, say, startProcess, waiting } = await openChat();
    const detour = await openDetour(db.url);
    const root = join(folder, 'machine-1');
    const first = await startProcess(detour.url, root);
    await jobs.collectChat('killed');
    await fake.joined('killed', 1, patienceMs);
    await detour.close();
    const said = say('killed', 2_500);
    await expect.poll(waiting, patience).toBe(2_500);
    // It has taken some of them, and cannot write them.
    const taken = async () => Number((await redis.client.xpending('test:chat', 'writers'))[0]);
    await expect.poll(taken, patience).toBeGreaterThan(0);
    first.kill('SIGKILL');
    await once(first, 'exit');
    expect(await storedIds(db, 'killed')).toEqual([]);
    await startProcess(db.url, join(folder, 'machine-2'));
    await untilStored(db, said, 'killed');
    await expect.poll(waiting, patience).toBe(0);
    await expectRight(db, expect);
    await detour.close();
  });

  waitingTest('is written to the store directly while Redis is unavailable', async ({ expect }) => {
    const { db, jobs, folder, redis, fake, options, say, waiting } = await openChat();
    collect(db, folder, fake, { stream: options() });
    await jobs.collectChat('noredis');
    await fake.joined('noredis', 1, patienceMs);
    const before = say('noredis', 200);
    await untilStored(db, before, 'noredis');
    await expect.poll(waiting, patience).toBe(0);
    await redis.kill();
    const during = say('noredis', 200);
    await untilStored(db, [...before, ...during], 'noredis');
    await redis.restart();
    const after = say('noredis', 200);
    await untilStored(db, [...before, ...during, ...after], 'noredis');
    await expectRight(db, expect);
  });

  waitingTest(
    'is bounded: further lines wait on the disk, and when that is full they are dropped and counted',
    async ({ expect }) => {
      const { db, jobs, folder, fake, options, say, waiting } = await openChat();
      const detour = await openDetour(db.url);
      const cut = openAgain(detour.url, { poolSize: 6 });
      const root = join(folder, 'full');
      const collecting = collect(cut, folder, fake, { stream: options(300), root, maxBytes: 100_000 });
      const jobId = await jobs.collectChat('full');
      await fake.joined('full', 1, patienceMs);
      await detour.close();
      const said: string[] = [];
      for (let part = 0; part < 20; part++) {
        said.push(...say('full', 50));
        await fake.ping();
        await expect.poll(async () => (await waiting()) > 0, patience).toBe(true);
        expect(await waiting()).toBeLessThanOrEqual(300);
      }
      await detour.open();
      const dropped = async () => (await untilJob(db, jobId, () => true)).rejected;
      await expect
        .poll(async () => (await storedIds(db, 'full')).length + (await dropped()), patience)
        .toBe(said.length);
      expect(await dropped()).toBeGreaterThan(0);
      const sent = new Set(said);
      expect((await storedIds(db, 'full')).filter((id) => !sent.has(id))).toEqual([]);
      await expectRight(db, expect);
      await collecting.close();
      await cut.close();
      await detour.close();
    },
  );

  waitingTest(
    'is read as it was written, and unreadable entries are removed with the rest',
    async ({ expect }) => {
      const { redis, options, waiting } = await openChat();
      const stream = new ChatStream({ ...options(3), writerId: 'one' });
      const entries: Entry[] = [
        { streamId: 1, provider: 'TWITCH_IRC', at: 5, line: '@a=\\s :é😂 two  ' },
        { streamId: 2, provider: 'TWITCH_EVENTSUB', at: 6, line: '{"a":"b c"}' },
      ];
      await expect.poll(() => stream.add(entries), patience).toBe('added');
      await redis.client.xadd('test:chat', '*', 'line', 'nonsense');
      const taken = await stream.take();
      expect(taken?.entries).toEqual(entries);
      expect(await stream.take()).toBeNull();
      expect(await stream.add(entries)).toBe('full');
      if (taken !== null) await stream.release(taken);
      expect(await waiting()).toBe(0);
      // An entry over the limit is accepted when nothing waits: otherwise it would never be written.
      expect(await stream.add([...entries, ...entries])).toBe('added');
    },
  );
});

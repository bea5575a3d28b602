import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import type { Change } from '../../../src/db/changes.ts';
import { announce } from '../../../src/db/change-feed.ts';
import type { Database } from '../../../src/db/client.ts';
import { nameTransactions } from '../../../src/jobs/sessions.ts';
import { afterwards } from '../../support/afterwards.ts';
import { openDetour } from '../../support/detour.ts';
import { openAgain, openStore } from '../../support/store.ts';

const db = await openStore();

const isMarker = (change: Change) => 'job' in change && change.job.startsWith('marker');

/** The changes that a process receives from now on. Earlier ones may still arrive: they come before the marker. */
async function listen(process: Database): Promise<Change[]> {
  const heard: Change[] = [];
  const marker = `marker ${randomUUID()}`;
  let isMarked = false;
  const stop = process.changeFeed.listen({
    onChange: (change) => {
      if (!isMarker(change)) heard.push(change);
      else if ('job' in change && change.job === marker) isMarked = true;
    },
  });
  const stopReceiving = await process.changeFeed.receive();
  afterwards(async () => {
    stop();
    await stopReceiving();
  });
  announce(db.sql, { job: marker });
  await expect.poll(() => isMarked).toBe(true);
  heard.length = 0;
  return heard;
}

/** Another process on the same store. */
function another(url: string = db.url): Database {
  const process = openAgain(url);
  afterwards(() => process.close());
  return process;
}

const seven = { stream: 7, version: 1 };

test('what a transaction announces is delivered here as soon as it has committed, and not before', async () => {
  const heard = await listen(db);
  await db.sql.begin(async (tx) => {
    announce(tx, seven);
    await tx`select 1`;
    announce(tx, { registry: 3 });
    expect(heard).toEqual([]);
  });
  expect(heard).toEqual([seven, { registry: 3 }]);
});

test('a transaction that fails announces nothing, here or elsewhere', async () => {
  const other = another();
  const [here, there] = [await listen(db), await listen(other)];
  const undoneChange = { stream: 9, version: 1 };
  const failing = db.sql.begin(async (tx) => {
    announce(tx, undoneChange);
    await tx`select 1 / 0`;
  });
  await expect(failing).rejects.toThrow('division by zero');
  const undone = db.sql.begin(async (tx) => {
    announce(tx, undoneChange);
    await tx`create table kept (id int unique deferrable initially deferred)`;
    await tx`insert into kept values (1), (1)`;
  });
  await expect(undone, 'refused by COMMIT').rejects.toThrow('duplicate key');
  announce(db.sql, { job: 'last' });
  await expect.poll(() => there.at(-1)).toEqual({ job: 'last' });
  expect(there).not.toContainEqual(undoneChange);
  expect(here).toEqual([{ job: 'last' }]);
});

test('a process receives the changes of another once, and its own once', async () => {
  const other = another();
  const [here, there] = [await listen(db), await listen(other)];
  announce(db.sql, seven);
  announce(other.sql, { stream: 8, version: null });
  await expect.poll(() => here).toEqual([seven, { stream: 8, version: null }]);
  await expect.poll(() => there).toEqual([{ stream: 8, version: null }, seven]);
  // An echo would have arrived before this.
  announce(db.sql, { registry: 1 });
  await expect.poll(() => there.at(-1)).toEqual({ registry: 1 });
  announce(other.sql, { registry: 2 });
  await expect.poll(() => here.at(-1)).toEqual({ registry: 2 });
  expect([here.length, there.length]).toEqual([4, 4]);
});

test('a transaction of a job announces as any other', async () => {
  const heard = await listen(db);
  const named = nameTransactions(db, { jobId: '00000000-0000-4000-8000-000000000000', lease: 1 });
  await named.sql.begin(async (tx) => announce(tx, seven));
  expect(heard).toEqual([seven]);
  announce(named.sql, { registry: 9 });
  expect(heard).toEqual([seven, { registry: 9 }]);
});

test('more changes than a payload holds all arrive', async () => {
  const there = await listen(another());
  const changes = Array.from({ length: 1_000 }, (_, stream) => ({
    stream: 2_000_000_000 + stream,
    version: Number.MAX_SAFE_INTEGER,
  }));
  await db.sql.begin(async (tx) => announce(tx, ...changes));
  await expect.poll(() => there.length).toBe(1_000);
  expect(there).toEqual(changes);
});

test('a process that closes at once has told the others', async () => {
  const there = await listen(db);
  const writer = openAgain(db.url);
  announce(writer.sql, seven);
  await writer.close();
  await expect.poll(() => there).toEqual([seven]);
});

test('a write succeeds and is delivered here when its news cannot be sent', async () => {
  const detour = await openDetour(db.url);
  const process = another(detour.url);
  const heard: Change[] = [];
  process.changeFeed.listen({ onChange: (change) => void heard.push(change) });
  await process.sql`select 1`;
  await detour.close();
  announce(process.sql, seven);
  expect(heard).toEqual([seven]);
});

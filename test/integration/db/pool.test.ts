import { sql } from 'drizzle-orm';
import postgres from 'postgres';
import { afterEach, expect, test } from 'vitest';
import { openStore } from '../../support/store.ts';

const db = await openStore({ poolSize: 2 });
const [queries, writes] = [() => db.pools()[0], () => db.pools()[1]];
const release = new AbortController();

/** Statements that last until the lock is released. */
const lock = 77;
async function whileHeld(work: () => Promise<void>): Promise<void> {
  const holder = await openStoreConnection();
  try {
    await work();
  } finally {
    await holder.release();
  }
}

async function openStoreConnection() {
  const client = postgres(db.url, { max: 1 });
  await client`select pg_advisory_lock(${lock})`;
  return { release: () => client.end() };
}

const waits = sql`select pg_advisory_lock_shared(${lock}), pg_advisory_unlock_shared(${lock})`;
afterEach(() => expect.poll(() => [queries()?.inUse, writes()?.inUse]).toEqual([0, 0]));

test('an idle pool has no connection in use', () => {
  expect(queries()).toEqual({ name: 'queries', inUse: 0, idle: 0, waiting: 0, max: 2 });
});

test('queries of one operation that find no connection wait for one', async () => {
  await whileHeld(async () => {
    const { orm } = db.until(release);
    const running = Promise.all([1, 2, 3].map(() => orm.execute(waits)));
    await expect.poll(queries).toEqual({ name: 'queries', inUse: 2, idle: 0, waiting: 1, max: 2 });
    void running;
  });
  await expect.poll(queries).toMatchObject({ inUse: 0, idle: 2, waiting: 0 });
});

test('a statement outside of an operation counts, and a failed one no longer counts', async () => {
  let running: Promise<void> | undefined;
  await whileHeld(async () => {
    running = db.orm.execute(waits).then(() => {});
    await expect.poll(queries).toMatchObject({ inUse: 1, idle: 1 });
  });
  await running;
  await expect(db.orm.execute(sql`select 1 / 0`)).rejects.toThrow();
});

test('a transaction counts once, whatever it does, also when it fails', async () => {
  const seen: unknown[] = [];
  await db.sql.begin(async (tx) => {
    await tx`select 1`;
    seen.push(writes());
  });
  expect(seen).toMatchObject([{ inUse: 1, waiting: 0, max: 4 }]);
  const failing = db.sql.begin(async (tx) => {
    await tx`select 1 / 0`;
  });
  await expect(failing).rejects.toThrow();
});

test('parts of a statement do not count as statements', async () => {
  const part = db.sql`where ${1} = 1`;
  const statement = db.sql`select 1 as one ${part}`;
  expect(writes()?.inUse).toBe(0);
  expect(await statement).toHaveLength(1);
});

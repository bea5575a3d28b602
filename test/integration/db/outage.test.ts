import { setTimeout as sleep } from 'node:timers/promises';
import { sql } from 'drizzle-orm';
import type { TransactionSql } from 'postgres';
import { test } from 'vitest';
import { copyPieces } from '../../../src/ingest/write/copy.ts';
import { openDetour } from '../../support/detour.ts';
import { openAgain, openStore } from '../../support/store.ts';

const store = await openStore();

test.concurrent('queries fail while Postgres is unavailable, and work when it is back', async ({
  expect,
}) => {
  const detour = await openDetour(store.url);
  const db = openAgain(detour.url, { poolSize: 2 });
  const ask = () => db.orm.execute(sql`select 1 as one`);
  await ask();
  await detour.close();
  for (let attempt = 0; attempt < 5; attempt++) await expect(ask()).rejects.toThrow();
  await detour.open();
  for (let attempt = 0; attempt < 5; attempt++) expect(await ask()).toEqual([{ one: 1 }]);
  await db.close();
  await detour.close();
});

test.concurrent('connections that are lost as soon as they are opened stop nothing', async ({ expect }) => {
  const detour = await openDetour(store.url);
  const db = openAgain(detour.url, { poolSize: 2 });
  const ask = async (of: typeof db) => await of.orm.execute(sql`select '{1,2}'::int[] as list`);
  // postgres.js asks each new connection for the types of arrays.
  const cuts = detour.cutAt('typarray');
  const asked = [ask(db), ask(db.until(new AbortController()))];
  await expect.poll(() => cuts.count).toBeGreaterThan(4);
  detour.cutAt(null);
  for (const list of await Promise.all(asked)) expect(list).toEqual([{ list: [1, 2] }]);
  await db.close();
  await detour.close();
});

test.concurrent('a query that waits for a lost connection gets the new one', async ({ expect }) => {
  const detour = await openDetour(store.url);
  const db = openAgain(detour.url, { poolSize: 1 });
  const ask = async (what: string) =>
    await db.until(new AbortController()).orm.execute(sql.raw(`select 1 as ${what}`));
  await ask('first');
  const cuts = detour.cutAt('lost');
  const lost = ask('lost').then(
    () => 'answered',
    () => 'failed',
  );
  const waiting = [ask('second'), ask('third')];
  expect(await lost).toBe('failed');
  expect(cuts.count).toBe(1);
  expect(await Promise.all(waiting)).toEqual([[{ second: 1 }], [{ third: 1 }]]);
  await db.close();
  await detour.close();
});

type Cut = { cutIn(ms: number): void };
const line = Buffer.from('text\n');
const asking = (tx: TransactionSql, seconds: number) => tx`select pg_sleep(${seconds})`;

test.concurrent.for<[string, (tx: TransactionSql, cut: Cut) => Promise<unknown>]>([
  [
    'with a statement under way',
    async (tx, { cutIn }) => {
      cutIn(50);
      await asking(tx, 5);
    },
  ],
  [
    'with several under way',
    async (tx, { cutIn }) => {
      cutIn(50);
      await Promise.all([asking(tx, 5), asking(tx, 1), asking(tx, 1)]);
    },
  ],
  [
    'between two',
    async (tx, { cutIn }) => {
      cutIn(0);
      await sleep(100);
      await asking(tx, 0);
    },
  ],
  [
    'and does not notice',
    async (tx, { cutIn }) => {
      cutIn(0);
      await sleep(100);
      return tx`nobody asks this`.catch(() => {});
    },
  ],
  [
    'within a COPY',
    async (tx, { cutIn }) => {
      await tx`create temporary table lines (line text) on commit drop`;
      function* pieces() {
        yield line;
        cutIn(0);
        // Without an earlier way to end it.
        for (;;) yield line;
      }
      return copyPieces(tx, 'lines', ['line'], pieces());
    },
  ],
  [
    'while a COPY waits',
    async (tx, { cutIn }) => {
      await tx`create temporary table lines (line text) on commit drop`;
      cutIn(50);
      const long = Buffer.from(`${'long'.repeat(4_000)}\n`);
      return copyPieces(tx, 'lines', ['line'], Array(100_000).fill(long));
    },
  ],
])(
  'a transaction that loses its connection %s fails, and leaves the pool whole',
  async ([, work], { expect }) => {
    const detour = await openDetour(store.url);
    const db = openAgain(detour.url);
    const cut: Cut = { cutIn: (ms) => void setTimeout(detour.close, ms) };
    // More times than the pool has connections.
    for (let time = 0; time < 5; time++) {
      await expect(db.sql.begin((tx) => work(tx, cut))).rejects.toThrow(/CONNECTION|ECONNRESET|EPIPE/);
      // Whatever it does too late.
      await sleep(50);
      await detour.open();
      expect(await db.sql`select 1 as one`).toEqual([{ one: 1 }]);
    }
    await db.close();
    await detour.close();
  },
);

test.concurrent('so does one of the query builder', async ({ expect }) => {
  const detour = await openDetour(store.url);
  const db = openAgain(detour.url);
  const work = db.orm.transaction(async (tx) => {
    setTimeout(detour.close, 50);
    await tx.execute(sql`select pg_sleep(5)`);
  });
  await expect(work).rejects.toThrow();
  await sleep(50);
  await detour.open();
  expect(await db.orm.execute(sql`select 1 as one`)).toEqual([{ one: 1 }]);
  await db.close();
  await detour.close();
});

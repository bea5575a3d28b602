import fc from 'fast-check';
import { afterAll, describe, expect, inject, test } from 'vitest';
import type { Database } from '../../../src/db/client.ts';
import { type Dimension, dimensions, usesOf } from '../../../src/db/dimensions.ts';
import { lockStreamRow } from '../../../src/db/stream-lock.ts';
import { foldTallies, listUnfolded } from '../../../src/ingest/folding/tallies.ts';
import { verifyStream } from '../../support/verify.ts';
import { startFoldingTallies } from '../../../src/jobs/folding.ts';
import { createLogger } from '../../../src/platform/logger.ts';
import { bucketBudget } from '../../../src/stats/kernel/buckets.ts';
import { createScope } from '../../../src/stats/kernel/scope.ts';
import { listTop } from '../../../src/stats/kernel/tallies.ts';
import { findOrCreateAccount } from '../../../src/streams/create.ts';
import { deleteStreamRows } from '../../../src/streams/delete.ts';
import { mendRollups } from '../../../src/streams/rebuild.ts';
import { anAccount, aPost, asGiven, observed, savePosts, writeBatch } from '../../support/posts.ts';
import { sighting } from '../../support/sightings.ts';
import { openAgain, openStore } from '../../support/store.ts';

const db = await openStore();

/**
 * Where a folding's connection is cut: before the statement takes effect. A distributed table has no triggers: there only
 * before the last statement, which is on the coordinator.
 */
const points = inject('isDistributed')
  ? (['UPDATE streams'] as const)
  : (['INSERT tally_months', 'DELETE tally_months', 'UPDATE streams'] as const);
const crashing = 'folder that crashes';
const waiting = 'folder that waits';
const folder = openAgain(db.url, { poolSize: 2, applicationName: waiting });
afterAll(() => folder.close());
await db.sql.unsafe(`
  create table crash (point text);
  create function crash() returns trigger language plpgsql as $$ begin
    if current_setting('application_name') = '${crashing}'
      and exists (select from crash where point = tg_op || ' ' || tg_table_name)
    then perform pg_terminate_backend(pg_backend_pid()); perform pg_sleep(10);
    end if;
    return coalesce(new, old);
  end $$;
  create trigger crash before update on streams for each row execute function crash();`);
if (!inject('isDistributed')) {
  await db.sql`
    create trigger crash before insert or delete on tally_months for each row execute function crash()`;
}

/** Folds everything that has more than one part. */
const foldAll = (sql: Database['sql'], streamId: number) => foldTallies(sql, streamId, { all: true });

let crashes = 0;
/** A pool waits 5 s for the connection that it lost. */
const closing: Promise<void>[] = [];

async function crash(streamId: number, point: string): Promise<void> {
  await db.sql`insert into crash values (${point})`;
  const folder = openAgain(db.url, { poolSize: 1, applicationName: crashing });
  // Nothing may be left to fold.
  await foldAll(folder.sql, streamId).catch(() => (crashes += 1));
  closing.push(folder.close());
  await db.sql`delete from crash`;
}

const january = Date.UTC(2024, 0, 1);
/** Sightings of a dozen posts of four months. */
const batch = fc.array(
  sighting.map((seen) => ({ ...seen, createdAt: january + 20 * (seen.createdAt - january) })),
  { maxLength: 6 },
);
const step = fc.oneof(
  { weight: 4, arbitrary: fc.record({ write: batch }) },
  { weight: 1, arbitrary: fc.record({ remove: fc.array(fc.integer({ min: 1, max: 12 }).map(String)) }) },
  { weight: 2, arbitrary: fc.record({ fold: fc.constantFrom('grown', 'all', 'some' as const) }) },
  { weight: 1, arbitrary: fc.record({ crash: fc.constantFrom(...points) }) },
  { weight: 2, arbitrary: fc.record({ foldDuring: batch }) },
);

describe('folding tallies', () => {
  test('at every moment rollups and answers equal a recount, whatever is written, removed, folded or interrupted', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 12 }), async (steps) => {
        const account = anAccount();
        const streamId = await findOrCreateAccount(db.sql, account);
        const source = { streamId, platform: 'X' as const, provider: 'X_API' as const };
        const write = (some: readonly object[], deleted: readonly string[] = []) =>
          writeBatch(db.sql, source, {
            account,
            posts: some.map((seen) => aPost(account, seen)),
            deleted,
            read: asGiven,
            collectedAt: observed,
          });
        for (const one of steps) {
          if ('write' in one) await write(one.write);
          else if ('remove' in one) await write([], one.remove);
          else if ('crash' in one) await crash(streamId, one.crash);
          else if ('foldDuring' in one) {
            await Promise.all([
              foldAll(db.sql, streamId),
              write(one.foldDuring),
              foldAll(folder.sql, streamId),
            ]);
          } else if (one.fold === 'all') await foldAll(db.sql, streamId);
          else
            await foldTallies(db.sql, streamId, one.fold === 'some' ? { bytesAtOnce: 200, all: true } : {});
          expect(await verifyStream(db.sql, streamId)).toEqual([]);
          await expectAnswers(streamId);
        }
        await foldAll(db.sql, streamId);
        expect(await mostParts(streamId)).toBeLessThanOrEqual(1);
        expect(await verifyStream(db.sql, streamId)).toEqual([]);
      }),
      { numRuns: 25 },
    );
    expect(crashes).toBeGreaterThan(0);
    await Promise.all(closing);
  });

  test('a batch does not rewrite the stored months', async () => {
    const { account, streamId } = await streamOf(3);
    const before = await partsOf(streamId);
    await savePosts(db, account, [aPost(account, { words: ['one', 'more'] })]);
    expect(await partsOf(streamId)).toEqual(expect.arrayContaining([...before]));
  });

  test('values that no post has any more leave no row once they are folded', async () => {
    const account = anAccount();
    const { streamId } = await savePosts(db, account, [
      aPost(account, { platformId: '77', words: ['gone'] }),
    ]);
    const source = { streamId, platform: 'X' as const, provider: 'X_API' as const };
    await writeBatch(db.sql, source, {
      account: null,
      posts: [],
      deleted: ['77'],
      read: asGiven,
      collectedAt: observed,
    });
    await foldAll(db.sql, streamId);
    expect(await partsOf(streamId)).toEqual([]);
  });

  test('a month waits until its newest part is as large as the largest', async () => {
    const account = anAccount();
    const words = Array.from({ length: 2_000 }, (_, index) => `word number ${index}`);
    const { streamId } = await savePosts(db, account, [aPost(account, { words })]);
    await savePosts(db, account, [aPost(account, { words: ['another'] })]);
    await foldTallies(db.sql, streamId);
    expect(await countParts(streamId, 'WORD')).toBe(2);
    expect(await countParts(streamId, 'LANGUAGE')).toBe(1);
    await savePosts(db, account, [aPost(account, { words })]);
    await foldTallies(db.sql, streamId);
    expect(await countParts(streamId, 'WORD')).toBe(1);
  });

  test('the next transactions fold what one leaves', async () => {
    const { streamId } = await streamOf(3);
    let transactions = 1;
    while (await foldTallies(db.sql, streamId, { bytesAtOnce: 1, all: true })) transactions += 1;
    expect(transactions).toBeGreaterThan(3);
    expect(await mostParts(streamId)).toBe(1);
    expect(await verifyStream(db.sql, streamId)).toEqual([]);
  });

  test('parts that another transaction removes while they are added up are not written again', async () => {
    const { streamId } = await streamOf(3);
    let release = () => {};
    const holding = new Promise<void>((resolve) => {
      release = resolve;
    });
    const held = db.sql.begin(async (tx) => {
      await lockStreamRow(tx, streamId);
      await tx`delete from tally_months where stream_id = ${streamId} and dimension = 'WORD'`;
      await holding;
    });
    const folding = foldAll(folder.sql, streamId);
    await waitingFolder();
    release();
    await held;
    expect(await folding).toBe(false);
    expect(await countParts(streamId, 'WORD')).toBe(0);
    expect(await countParts(streamId, 'LANGUAGE')).toBe(3);
    await mendRollups(db.sql, streamId);
    expect(await verifyStream(db.sql, streamId)).toEqual([]);
  });

  test('a stream that is deleted while it is folded leaves nothing', async () => {
    const { streamId } = await streamOf(3);
    await Promise.all([
      foldAll(db.sql, streamId),
      deleteStreamRows(db.sql, streamId),
      foldAll(db.sql, streamId),
    ]);
    expect(await partsOf(streamId)).toEqual([]);
  });

  test('streams with many new posts are folded in the background, each once', async () => {
    const { streamId } = await streamOf(4);
    const { streamId: other } = await streamOf(3);
    await db.sql`update streams set unfolded = 0 where stream_id not in (${streamId}, ${other})`;
    const from = 2;
    expect(await listUnfolded(db.sql, from)).toEqual([streamId, other]);
    const folding = startFoldingTallies({ db, log: createLogger('silent', 'test'), everyMs: 5, from });
    await expect.poll(async () => (await mostParts(streamId)) + (await mostParts(other))).toBe(2);
    await expect.poll(() => listUnfolded(db.sql, from)).toEqual([]);
    await folding.close();
    expect(await verifyStream(db.sql, streamId)).toEqual([]);
  });
});

/** An account's stream with this many batches of one post. */
async function streamOf(batches: number) {
  const account = anAccount();
  let streamId = 0;
  for (let made = 0; made < batches; made += 1) {
    const post = aPost(account, { words: ['some', 'words', `of ${made}`], hashtags: [`tag${made}`] });
    ({ streamId } = await savePosts(db, account, [post]));
  }
  return { account, streamId };
}

/** Resolves when a folding waits for the lock of a stream. */
async function waitingFolder(): Promise<void> {
  await expect
    .poll(async () => {
      const rows = await db.sql`
        select from pg_stat_activity where application_name = ${waiting} and wait_event_type = 'Lock'`;
      return rows.length;
    })
    .toBe(1);
}

const partsOf = (streamId: number) =>
  db.sql`select dimension, month, part::text, ctid::text from tally_months where stream_id = ${streamId}`;

async function mostParts(streamId: number): Promise<number> {
  const [row] = await db.sql<{ parts: number }[]>`
    select coalesce(max(parts), 0)::int as parts from (
      select count(*) as parts from tally_months where stream_id = ${streamId} group by dimension, month) m`;
  return row?.parts ?? 0;
}

async function countParts(streamId: number, dimension: Dimension): Promise<number> {
  const [row] = await db.sql<{ parts: number }[]>`
    select count(*)::int as parts from tally_months where stream_id = ${streamId} and dimension = ${dimension}`;
  return row?.parts ?? 0;
}

const upTo = Date.UTC(2024, 3, 1);

async function expectAnswers(streamId: number): Promise<void> {
  const [stream] = await db.sql<{ earliestPostAt: Date | null; latestPostAt: Date | null }[]>`
    select earliest_post_at as "earliestPostAt", latest_post_at as "latestPostAt" from streams where stream_id = ${streamId}`;
  const { earliestPostAt = null, latestPostAt = null } = stream ?? {};
  const known = { streamId, impressionsPerReaction: 100, keepsMinutes: false, earliestPostAt, latestPostAt };
  const range = { from: null, to: upTo };
  const scope = createScope(known, range, 'UTC', { now: new Date(), budget: bucketBudget(), request: {} });
  for (const dimension of Object.keys(dimensions) as Dimension[]) {
    // As if the range did not include everything; otherwise the totals would answer.
    const answer = await listTop(db, { ...scope, complete: false }, dimension, 1_000, 0);
    const recounted = await db.sql.unsafe(
      `select value, count(*)::float8 as posts, sum(engagement)::float8 as engagement, count(engagement)::float8 as engaged
       from (${usesOf(dimension, 'p.stream_id = $1')}) u where created_at < $2 group by value
       order by posts desc, value collate "C"`,
      [streamId, new Date(upTo).toISOString()],
      { prepare: true },
    );
    expect(answer).toEqual([...recounted]);
  }
}

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { foldMonths } from '../../../src/ingest/folding/months.ts';
import { verifyStream } from '../../support/verify.ts';
import { startFoldingTallies } from '../../../src/jobs/folding.ts';
import { createLogger } from '../../../src/platform/logger.ts';
import { findOrCreateAccount } from '../../../src/streams/create.ts';
import { deleteStreamRows } from '../../../src/streams/delete.ts';
import { mendRollups } from '../../../src/streams/rebuild.ts';
import { anAccount, aPost, asGiven, observed, savePosts, writeBatch } from '../../support/posts.ts';
import { sighting } from '../../support/sightings.ts';
import { openStore } from '../../support/store.ts';

const db = await openStore();

async function foldAll(streamId: number): Promise<void> {
  while (await foldMonths(db.sql, streamId));
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
  { weight: 3, arbitrary: fc.record({ foldDuring: batch }) },
);

const monthsOf = async (streamId: number) =>
  (
    await db.sql<{ month: string; posts: number }[]>`
      select month::text, posts::float8 from activity_months where stream_id = ${streamId} order by month`
  ).map(({ month, posts }) => `${month}: ${posts}`);

/** A stream with a post in each of this many months of 2024. */
async function streamOf(months: number) {
  const account = anAccount();
  const posts = Array.from({ length: months }, (_, month) =>
    aPost(account, { createdAt: Date.UTC(2024, month, 15, 12) }),
  );
  const { streamId } = await savePosts(db, account, posts);
  return { account, streamId };
}

describe('folding months', () => {
  test('at every moment they equal a recount, whatever is written or removed meanwhile', async () => {
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
          else await Promise.all([foldAll(streamId), write(one.foldDuring), foldAll(streamId)]);
          expect(await verifyStream(db.sql, streamId)).toEqual([]);
        }
        await foldAll(streamId);
        expect(await verifyStream(db.sql, streamId)).toEqual([]);
        const [row] = await db.sql<{ missing: number }[]>`
          select count(*)::int as missing from activity a where stream_id = ${streamId} and bucket > '1900-01-01Z'
            and not exists (select from activity_months m where m.stream_id = ${streamId}
              and m.month = date_trunc('month', a.bucket at time zone 'UTC')::date)`;
        expect(row?.missing).toBe(0);
      }),
      { numRuns: 25 },
    );
  });

  test('a change removes its own month, and no other', async () => {
    const { account, streamId } = await streamOf(3);
    await foldAll(streamId);
    expect(await monthsOf(streamId)).toEqual(['2024-01-01: 1', '2024-02-01: 1', '2024-03-01: 1']);
    await savePosts(db, account, [aPost(account, { createdAt: Date.UTC(2024, 1, 29, 23, 59) })]);
    expect(await monthsOf(streamId)).toEqual(['2024-01-01: 1', '2024-03-01: 1']);
    await foldAll(streamId);
    expect(await monthsOf(streamId)).toEqual(['2024-01-01: 1', '2024-02-01: 2', '2024-03-01: 1']);
  });

  test('the current month and later ones are not computed', async () => {
    const { streamId } = await streamOf(3);
    expect(await foldMonths(db.sql, streamId, Date.UTC(2024, 1, 10))).toBe(false);
    expect(await monthsOf(streamId)).toEqual(['2024-01-01: 1']);
  });

  test('posts without a known time of day are in none', async () => {
    const account = anAccount();
    const { streamId } = await savePosts(db, account, [
      aPost(account, { createdAt: Date.UTC(2024, 0, 15), hourUnknown: true }),
    ]);
    await foldAll(streamId);
    expect(await monthsOf(streamId)).toEqual([]);
  });

  test('further calls compute the months that one call leaves', async () => {
    const account = anAccount();
    const posts = Array.from({ length: 30 }, (_, month) =>
      aPost(account, { createdAt: Date.UTC(2020, month, 15, 12) }),
    );
    const { streamId } = await savePosts(db, account, posts);
    expect(await foldMonths(db.sql, streamId)).toBe(true);
    expect((await monthsOf(streamId)).at(-1)).toBe('2022-06-01: 1');
    await foldAll(streamId);
    expect(await monthsOf(streamId)).toHaveLength(30);
  });

  test('a month that differs is found, and repaired', async () => {
    const { streamId } = await streamOf(2);
    await foldAll(streamId);
    await db.sql`update activity_months set likes_packed = '\\x0105' where stream_id = ${streamId} and month = '2024-01-01'`;
    expect(await verifyStream(db.sql, streamId)).toEqual([
      { table: 'activity_months', missing: 1, surplus: 1 },
    ]);
    await mendRollups(db.sql, streamId);
    expect(await verifyStream(db.sql, streamId)).toEqual([]);
  });

  test('when a quarter-hour is repaired its month is computed again', async () => {
    const { streamId } = await streamOf(2);
    await db.sql`update activity set posts = 7 where stream_id = ${streamId} and bucket < '2024-02-01Z'`;
    await foldAll(streamId);
    await mendRollups(db.sql, streamId);
    expect(await verifyStream(db.sql, streamId)).toEqual([]);
    await foldAll(streamId);
    expect(await monthsOf(streamId)).toEqual(['2024-01-01: 1', '2024-02-01: 1']);
  });

  test('a stream that is deleted leaves none', async () => {
    const { streamId } = await streamOf(2);
    await foldAll(streamId);
    await Promise.all([deleteStreamRows(db.sql, streamId), foldAll(streamId)]);
    expect(await monthsOf(streamId)).toEqual([]);
  });

  test('months of a stream with many new posts are computed in the background', async () => {
    const { streamId } = await streamOf(2);
    const folding = startFoldingTallies({ db, log: createLogger('silent', 'test'), everyMs: 5, from: 2 });
    await expect.poll(() => monthsOf(streamId)).toEqual(['2024-01-01: 1', '2024-02-01: 1']);
    await folding.close();
    expect(await verifyStream(db.sql, streamId)).toEqual([]);
  });
});

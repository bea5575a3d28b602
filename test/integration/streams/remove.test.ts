import fc from 'fast-check';
import postgres, { type Sql } from 'postgres';
import { afterAll, describe, expect, test } from 'vitest';
import { rebuildStream } from '../../../src/streams/rebuild.ts';
import { guardTransactions } from '../../../src/db/transactions.ts';
import { foldTallies } from '../../../src/ingest/folding/tallies.ts';
import { verifyStream } from '../../support/verify.ts';
import { findOrCreateAccount } from '../../../src/streams/create.ts';
import { rawParser } from '../../../src/providers/raw-parsers.ts';
import { NotFoundError } from '../../../src/shared/errors.ts';
import { xIdOf } from '../../../src/shared/post-key.ts';
import { unknownMetrics } from '../../../src/shared/post.ts';
import { anAccount, aPost, asGiven, observed, savePosts, writeBatch } from '../../support/posts.ts';
import { sighting } from '../../support/sightings.ts';
import { openStore } from '../../support/store.ts';

const db = await openStore();
let statements = 0;
const counting = guardTransactions(
  postgres(db.url, { max: 1, onnotice: () => {}, debug: () => statements++ }),
  db.changeFeed,
);
afterAll(() => counting.end());

/** As a page of a fetch removes them: one without posts. */
async function remove(sql: Sql, streamId: number, deleted: readonly string[]): Promise<number> {
  const source = { streamId, platform: 'X', provider: 'X_API' } as const;
  const batch = { account: null, posts: [], deleted, read: asGiven, collectedAt: observed };
  return (await writeBatch(sql, source, batch)).removed;
}

const step = fc.oneof(
  {
    weight: 2,
    arbitrary: fc.record({ write: fc.array(fc.array(sighting, { maxLength: 5 }), { maxLength: 3 }) }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ remove: fc.array(fc.integer({ min: 1, max: 14 }).map(String), { maxLength: 6 }) }),
  },
);

describe('removing posts', () => {
  test('leaves rollups that equal a recount, whatever was written before', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 8 }), async (steps) => {
        const account = anAccount();
        const streamId = await findOrCreateAccount(db.sql, account);
        const source = { streamId, platform: 'X' as const, provider: 'X_API' as const };
        const expected = new Set<string>();
        for (const one of steps) {
          if ('write' in one) {
            for (const sightings of one.write) {
              const posts = sightings.map((seen) => aPost(account, seen));
              await writeBatch(db.sql, source, { account, posts, read: asGiven, collectedAt: observed });
            }
            for (const { platformId } of one.write.flat()) expected.add(platformId);
          } else {
            const known = one.remove.filter((id) => expected.delete(id));
            expect(await remove(db.sql, streamId, one.remove)).toBe(known.length);
          }
          expect(await verifyStream(db.sql, streamId)).toEqual([]);
        }
        expect(await idsOf(streamId)).toEqual([...expected].sort());
        expect(await extentOf(streamId)).toEqual(await recountedExtentOf(streamId));
        const [orphans] = await db.sql`
          select count(*)::int as count from metric_history h where stream_id = ${streamId}
            and not exists (select 1 from posts p where p.stream_id = h.stream_id and p.post_id = h.post_id)`;
        expect(orphans?.count).toBe(0);
      }),
      { numRuns: 25 },
    );
  });

  test('a sum without known figures is unknown again', async () => {
    const account = anAccount();
    const vague = aPost(account);
    const liked = aPost(account, { metrics: { ...unknownMetrics, likes: 0 } });
    const { streamId } = await savePosts(db, account, [vague, liked]);
    const sums = () => db.sql`
      select likes from activity where stream_id = ${streamId}
      union all select likes from observed_activity where stream_id = ${streamId}`;
    expect((await sums()).map((row) => row.likes)).toEqual(['0', '0']);
    await remove(db.sql, streamId, [liked.platformId]);
    expect((await sums()).map((row) => row.likes)).toEqual([null, null]);
  });

  test('of the last post leaves an empty stream', async () => {
    const account = anAccount();
    const post = aPost(account, { hashtags: ['a'], words: ['b'] });
    const { streamId } = await savePosts(db, account, [post]);
    expect(await remove(db.sql, streamId, [post.platformId, post.platformId])).toBe(1);
    // Until then the parts of a month exist, and add up to nothing.
    await foldTallies(db.sql, streamId, { all: true });
    for (const table of [
      'posts',
      'post_terms',
      'activity',
      'observed_activity',
      'tally_months',
      'tally_totals',
    ]) {
      expect(await db.sql`select * from ${db.sql(table)} where stream_id = ${streamId}`, table).toEqual([]);
    }
    expect(await extentOf(streamId)).toEqual({ earliest: null, latest: null });
  });

  test('raises the version once, and not for unknown ids', async () => {
    const account = anAccount();
    const posts = [aPost(account), aPost(account)];
    const { streamId } = await savePosts(db, account, posts);
    const before = await versionOf(streamId);
    expect(await remove(db.sql, streamId, ['1', 'no id', '', '-5'])).toBe(0);
    expect(await remove(db.sql, streamId, [])).toBe(0);
    expect(await versionOf(streamId)).toBe(before);
    await remove(
      db.sql,
      streamId,
      posts.map((post) => post.platformId),
    );
    expect(await versionOf(streamId)).toBe(before + 1);
  });

  test('another stream keeps its copy of the post', async () => {
    const [one, other] = [anAccount(), anAccount()];
    const post = aPost(one);
    const { streamId } = await savePosts(db, one, [post]);
    const kept = await savePosts(db, other, [post]);
    await remove(db.sql, streamId, [post.platformId]);
    expect(await idsOf(kept.streamId)).toEqual([post.platformId]);
  });

  test('replies by others are removed without a change of any count', async () => {
    const account = anAccount();
    const reply = aPost(account, { own: false, kind: 'REPLY' });
    const { streamId } = await savePosts(db, account, [aPost(account), reply]);
    expect(await remove(db.sql, streamId, [reply.platformId])).toBe(1);
    expect(await verifyStream(db.sql, streamId)).toEqual([]);
  });

  test('a rebuild does not bring a removed post back', async () => {
    const account = anAccount();
    const posts = ['11', '12'].map((id) => aPost(account, { platformId: id, raw: rawOf(id, account) }));
    const { streamId } = await savePosts(db, account, posts, { provider: 'SOCIALDATA' });
    await remove(db.sql, streamId, ['12']);
    await rebuildStream(db.sql, streamId, rawParser);
    expect(await idsOf(streamId)).toEqual(['11']);
    expect(await verifyStream(db.sql, streamId)).toEqual([]);
  });

  test('a removed post that is delivered again is stored again', async () => {
    const account = anAccount();
    const post = aPost(account, { metrics: { ...unknownMetrics, likes: 3 }, hashtags: ['a'] });
    const { streamId } = await savePosts(db, account, [post]);
    await remove(db.sql, streamId, [post.platformId]);
    expect(await savePosts(db, account, [post])).toMatchObject({ inserted: 1 });
    expect(await idsOf(streamId)).toEqual([post.platformId]);
    expect(await verifyStream(db.sql, streamId)).toEqual([]);
  });

  test('a stream that was deleted has nothing to remove from', async () => {
    await expect(remove(db.sql, 999_999, ['1'])).rejects.toThrow(NotFoundError);
  });

  test('takes no more statements for 200 posts than for 2', async () => {
    const counts: number[] = [];
    for (const size of [2, 200]) {
      const account = anAccount();
      const posts = Array.from({ length: size + 1 }, (_, index) =>
        aPost(account, { hashtags: ['a'], createdAt: Date.UTC(2025, 0, 1) + index * 86_400_000 }),
      );
      const { streamId } = await savePosts(db, account, posts);
      const gone = posts.slice(1).map((post) => post.platformId);
      await remove(counting, streamId, gone.slice(0, 1));
      statements = 0;
      await remove(counting, streamId, gone.slice(1));
      counts.push(statements);
    }
    expect(counts[1]).toBe(counts[0]);
    expect(counts[0]).toBeGreaterThan(5);
  });
});

const rawOf = (id: string, { platformId, handle }: ReturnType<typeof anAccount>) =>
  JSON.stringify({
    id_str: id,
    full_text: `post ${id}`,
    tweet_created_at: '2025-01-01T00:00:00.000000Z',
    user: { id_str: platformId, screen_name: handle },
  });

async function idsOf(streamId: number): Promise<readonly string[]> {
  const rows = await db.sql`select post_id from posts where stream_id = ${streamId}`;
  return rows.map((row) => xIdOf(row.post_id)).sort();
}

async function extentOf(streamId: number): Promise<unknown> {
  const [row] = await db.sql`
    select earliest_post_at as earliest, latest_post_at as latest from streams where stream_id = ${streamId}`;
  return { ...row };
}

async function recountedExtentOf(streamId: number): Promise<unknown> {
  const [row] = await db.sql`
    select min(created_at) as earliest, max(created_at) as latest from posts where stream_id = ${streamId}`;
  return { ...row };
}

async function versionOf(streamId: number): Promise<number> {
  const [row] = await db.sql`select version::int from streams where stream_id = ${streamId}`;
  return row?.version;
}

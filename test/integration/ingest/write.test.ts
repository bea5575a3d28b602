import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { verifyStream } from '../../support/verify.ts';
import { type EnrichedPost, unknownMetrics } from '../../../src/shared/post.ts';
import { deleteStreamRows } from '../../../src/streams/delete.ts';
import { anAccount, aPost, asGiven, observed, savePosts, writeBatch } from '../../support/posts.ts';
import { sighting } from '../../support/sightings.ts';
import { openStore } from '../../support/store.ts';

const db = await openStore();

describe('writing batches', () => {
  test('rollups equal a recount whatever comes, in whatever order', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.array(sighting, { maxLength: 8 }), { maxLength: 6 }), async (batches) => {
        const account = anAccount();
        let streamId = 0;
        for (const batch of batches) {
          const posts = batch.map((post) => aPost(account, post));
          ({ streamId } = await savePosts(db, account, posts));
        }
        if (streamId !== 0) expect(await verifyStream(db.sql, streamId)).toEqual([]);
      }),
      { numRuns: 25 },
    );
  });

  test('a page that takes a post for a repost in between leaves rollups that equal a recount', async () => {
    const account = anAccount();
    const quote = aPost(account, {
      kind: 'QUOTE',
      metrics: { ...unknownMetrics, reposts: 0 },
      observedAt: observed,
    });
    const { streamId } = await savePosts(db, account, [quote]);
    const repost = { ...quote, kind: 'REPOST', metrics: unknownMetrics } as const;
    await savePosts(db, account, [repost, { ...quote, observedAt: observed + 86_400_000 }]);
    await savePosts(db, account, [repost, { ...quote, metrics: unknownMetrics }]);
    expect(await verifyStream(db.sql, streamId)).toEqual([]);
  });

  test('a difference between rollups and posts is found', async () => {
    const account = anAccount();
    const { streamId } = await savePosts(db, account, [aPost(account, { hashtags: ['x'] })]);
    await db.sql`update activity set posts = posts + 1 where stream_id = ${streamId}`;
    await db.sql`delete from tally_totals where stream_id = ${streamId} and dimension = 'HASHTAG'`;
    expect(await verifyStream(db.sql, streamId)).toEqual([
      { table: 'activity', missing: 1, surplus: 1 },
      { table: 'tally_totals', missing: 1, surplus: 0 },
    ]);
    await deleteStreamRows(db.sql, streamId);
  });

  test('the same batch twice changes nothing, the version included', async () => {
    const account = anAccount({ followers: 5 });
    const posts = [
      aPost(account, { metrics: { ...unknownMetrics, likes: 3 }, raw: '{"a":1}' }),
      aPost(account),
    ];
    const { streamId } = await savePosts(db, account, posts);
    const before = await dump(streamId);
    expect(await savePosts(db, account, posts)).toMatchObject({ inserted: 0, updated: 0 });
    expect(await dump(streamId)).toEqual(before);
  });

  test('an older export that comes again after a newer one changes nothing, the version included', async () => {
    const account = anAccount();
    const post = aPost(account, { raw: '{"a":1}' });
    const seen = (likes: number, observedAt: number) => [
      { ...post, metrics: { ...unknownMetrics, likes }, observedAt },
    ];
    await savePosts(db, account, seen(3, observed));
    const { streamId } = await savePosts(db, account, seen(8, observed + 1_000));
    expect(await savePosts(db, account, seen(5, observed - 1_000))).toMatchObject({ updated: 1 });
    const before = await dump(streamId);
    for (const again of [seen(5, observed - 1_000), seen(3, observed), seen(8, observed + 1_000)]) {
      expect(await savePosts(db, account, again)).toMatchObject({ inserted: 0, updated: 0 });
    }
    expect(await dump(streamId)).toEqual(before);
    expect(await verifyStream(db.sql, streamId)).toEqual([]);
  });

  test('two writers of one stream at once lose and double nothing', async () => {
    const account = anAccount();
    const posts = Array.from({ length: 40 }, () => aPost(account, { words: ['w'] }));
    const outcomes = await Promise.all([
      savePosts(db, account, posts.slice(0, 30)),
      savePosts(db, account, posts.slice(10)),
      savePosts(db, account, posts),
    ]);
    expect(outcomes.reduce((sum, outcome) => sum + outcome.inserted, 0)).toBe(40);
    expect(new Set(outcomes.map((outcome) => outcome.streamId)).size).toBe(1);
    expect(await verifyStream(db.sql, outcomes[0]?.streamId ?? 0)).toEqual([]);
  });

  test('a failure at the end of a batch leaves nothing of it', async () => {
    const account = anAccount();
    const { streamId } = await savePosts(db, account, [aPost(account)]);
    const before = await dump(streamId);
    const source = { streamId, platform: 'X' as const, provider: 'X_ARCHIVE' as const };
    const posts = [aPost(account, { raw: '{}' }), aPost(account, { raw: '{}' })];
    const batch = { account, posts, read: asGiven, collectedAt: observed };
    await expect(
      writeBatch(db.sql, source, batch, {
        withinTransaction: () => Promise.reject(new Error('power cut')),
      }),
    ).rejects.toThrow('power cut');
    expect(await dump(streamId)).toEqual(before);
  });

  test.each([0, 1, 2_000])('a post that cannot be read, %i after others, fails the batch', async (others) => {
    const account = anAccount();
    const { streamId } = await savePosts(db, account, [aPost(account)]);
    const before = await dump(streamId);
    const posts = Array.from({ length: others }, () => aPost(account, { text: 'x'.repeat(200), raw: '{}' }));
    const broken = aPost(account);
    const read = (post: EnrichedPost) => {
      if (post === broken) throw new Error('not a post');
      return post;
    };
    const source = { streamId, platform: 'X' as const, provider: 'X_ARCHIVE' as const };
    const batch = { account, posts: [...posts, broken], read, collectedAt: observed };
    await expect(writeBatch(db.sql, source, batch)).rejects.toThrow('not a post');
    expect(await dump(streamId)).toEqual(before);
    // Neither the stream nor the connection is left in the middle of it.
    expect(await savePosts(db, account, posts)).toMatchObject({ inserted: others });
  });

  test('each post is read once, whether it is known or new', async () => {
    const account = anAccount();
    const posts = Array.from({ length: 500 }, () => aPost(account));
    const known = posts.slice(0, 3);
    const { streamId } = await savePosts(db, account, known);
    const read: string[] = [];
    const source = { streamId, platform: 'X' as const, provider: 'X_ARCHIVE' as const };
    await writeBatch(db.sql, source, {
      account,
      posts,
      read: (post) => {
        read.push(post.platformId);
        return post;
      },
      collectedAt: observed,
    });
    expect(read.toSorted()).toEqual(posts.map((post) => post.platformId).toSorted());
  });

  test.each([0, 4_000])('a post that the store refuses fails it and the %i after it', async (others) => {
    const account = anAccount();
    const refused = aPost(account, { sentiment: 77 });
    const posts = Array.from({ length: others }, () => aPost(account, { text: 'x'.repeat(1_000) }));
    const { streamId } = await savePosts(db, account, [aPost(account)]);
    const before = await dump(streamId);
    await expect(savePosts(db, account, [refused, ...posts])).rejects.toThrow('out of range');
    expect(await dump(streamId)).toEqual(before);
    expect(await savePosts(db, account, posts)).toMatchObject({ inserted: others });
  });

  test('newest metrics win and older ones become history', async () => {
    const account = anAccount();
    const at = (days: number, likes: number) =>
      aPost(account, {
        platformId: '77',
        observedAt: observed + days * 86_400_000,
        metrics: { ...unknownMetrics, likes },
      });
    const { streamId } = await savePosts(db, account, [at(2, 20)]);
    await savePosts(db, account, [at(1, 10)]);
    await savePosts(db, account, [at(3, 30)]);
    const [post] = await db.sql`select likes::int from posts where stream_id = ${streamId}`;
    const history =
      await db.sql`select likes::int from metric_history where stream_id = ${streamId} order by observed_at`;
    expect(post?.likes).toBe(30);
    expect(history.map((row) => row.likes)).toEqual([10, 20]);
    expect(await verifyStream(db.sql, streamId)).toEqual([]);
  });

  test('a post several times in one batch ends as last seen', async () => {
    const account = anAccount();
    const at = (days: number) =>
      aPost(account, {
        platformId: '79',
        observedAt: observed + days * 86_400_000,
        metrics: { ...unknownMetrics, likes: days },
        hashtags: [`day${days}`],
      });
    const { streamId } = await savePosts(db, account, [at(0)]);
    await savePosts(db, account, [at(1), at(3), at(2)]);
    const [post] = await db.sql`select likes::int, hashtags from posts where stream_id = ${streamId}`;
    expect({ ...post }).toEqual({ likes: 3, hashtags: ['day3'] });
    expect(await verifyStream(db.sql, streamId)).toEqual([]);
  });

  test('what a later source does not know is not wiped out', async () => {
    const account = anAccount();
    const full = aPost(account, {
      platformId: '78',
      metrics: { ...unknownMetrics, likes: 5 },
      client: 'Web',
    });
    const { streamId } = await savePosts(db, account, [full]);
    const vague = aPost(account, { platformId: '78', observedAt: observed + 1_000_000, client: null });
    await savePosts(db, account, [vague]);
    const [post] = await db.sql`select likes::int, client from posts where stream_id = ${streamId}`;
    expect({ ...post }).toEqual({ likes: 5, client: 'Web' });
  });

  test('an account known by handle takes the id that a later source has', async () => {
    const { handle, platformId, ...rest } = anAccount();
    const nameless = { ...rest, handle, platformId: null };
    const first = await savePosts(db, nameless, [aPost(nameless)]);
    const named = { ...rest, handle: handle.toUpperCase(), platformId };
    const second = await savePosts(db, named, [aPost(named)]);
    expect(second.streamId).toBe(first.streamId);
    const authors = await db.sql`select distinct author_id from posts where stream_id = ${first.streamId}`;
    expect(authors.map((row) => row.author_id)).toEqual([platformId]);
    expect(await verifyStream(db.sql, first.streamId)).toEqual([]);
  });
});

/** Everything of a stream, as text. */
async function dump(streamId: number): Promise<Record<string, string>> {
  const tables = [
    'streams',
    'accounts',
    'authors',
    'posts',
    'raw_payloads',
    'metric_history',
    'post_terms',
    'activity',
    'observed_activity',
    'tally_months',
    'tally_totals',
    'follower_snapshots',
    'stream_providers',
  ];
  const contents: Record<string, string> = {};
  for (const table of tables) {
    const rows = await db.sql.unsafe(
      `select t::text as row from ${table} t where stream_id = ${streamId} order by 1`,
    );
    contents[table] = rows.map((row) => row.row).join('\n');
  }
  return contents;
}

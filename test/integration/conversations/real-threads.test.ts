import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { lookAround, placeThreads } from '../../../src/ingest/write/threads.ts';
import { findOrCreateTopic } from '../../../src/streams/create.ts';
import { deleteStreamRows } from '../../../src/streams/delete.ts';
import { xKey } from '../../../src/shared/post-key.ts';
import { type EnrichedPost, unknownMetrics } from '../../../src/shared/post.ts';
import { ask, openApp } from '../../support/app.ts';
import { anAccount, aPost, asGiven, observed, writeBatch } from '../../support/posts.ts';
import { realData } from '../../support/real-data.ts';
import { readThreads, type ThreadTweet } from '../../support/rumour-eval.ts';
import { openStore } from '../../support/store.ts';

const folder = realData('the trees of 272 real conversations');

describe.runIf(folder !== null)('272 real conversations', async () => {
  const tweets = folder === null ? [] : readThreads(folder);
  const db = await openStore();
  const app = openApp(db);
  const shuffled = (seed: number): readonly ThreadTweet[] =>
    fc.sample(fc.shuffledSubarray(tweets as ThreadTweet[], { minLength: tweets.length }), {
      seed,
      numRuns: 1,
    })[0] ?? [];
  const batchesOf = (list: readonly ThreadTweet[], size: number) =>
    Array.from({ length: Math.ceil(list.length / size) }, (_, at) => list.slice(at * size, (at + 1) * size));

  test('are complete: 4,238 tweets, and the places of deleted ones', () => {
    expect(tweets.filter(({ tweet }) => tweet !== null)).toHaveLength(4_238);
    expect(
      tweets.every(({ tweet, parent }) => tweet === null || tweet.in_reply_to_status_id_str === parent),
    ).toBe(true);
  });

  test('have every post at its depth below its root, in a hundred orders of arrival', async () => {
    const expected = new Map(tweets.map(({ id, root, depth }) => [key(id), { root: key(root), depth }]));
    for (let seed = 1; seed <= 100; seed++) {
      await db.sql.begin(async (tx) => {
        for (const batch of batchesOf(shuffled(seed), 100 + 40 * seed)) {
          const added = batch.map(({ id, parent }) => ({ postId: key(id), parentId: keyOrNull(parent) }));
          const places = await placeThreads(tx, added, await lookAround(tx, added));
          await tx`
            insert into known_posts select id, 1, true, parent, root, depth from unnest(
              ${added.map(({ postId }) => postId)}::uuid[], ${added.map(({ parentId }) => parentId)}::uuid[],
              ${added.map(({ postId }) => places.get(postId)?.root ?? postId)}::uuid[],
              ${added.map(({ postId }) => places.get(postId)?.depth ?? 0)}::int[]) as t (id, parent, root, depth)`;
        }
      });
      const rows = await db.sql<{ id: string; root: string; depth: number }[]>`
        select post_id as id, root_id as root, depth from known_posts`;
      expect(new Map(rows.map(({ id, ...place }) => [id, place]))).toEqual(expected);
      await db.sql`truncate known_posts`;
    }
  }, 240_000);

  test.each([
    ['with the deleted ones in their places', true],
    ['without the deleted ones: what hung below them has no known root', false],
  ])(
    'are right when two streams are written at once: %s',
    async (_, whole) => {
      const streams = await Promise.all(
        ['one', 'other'].map((name) => findOrCreateTopic(db.sql, `${name} ${whole}`)),
      );
      // A third of the tweets are in both streams.
      const parts = [0, 1].map((stream) =>
        shuffled(stream + 1)
          .filter(({ id, tweet }) => Number(BigInt(id) % 3n) !== stream && (whole || tweet !== null))
          .map(toPost),
      );
      await Promise.all(
        parts.map(async (posts, at) => {
          const source = { streamId: streams[at] ?? 0, platform: 'X', provider: 'X_API' } as const;
          for (let from = 0; from < posts.length; from += 500) {
            const batch = {
              account: null,
              posts: posts.slice(from, from + 500),
              read: asGiven,
              collectedAt: observed,
            };
            await writeBatch(db.sql, source, batch);
          }
        }),
      );
      const byId = new Map(tweets.map((tweet) => [tweet.id, tweet]));
      const isRooted = ({ parent, tweet }: ThreadTweet): boolean =>
        (whole || tweet !== null) && (parent === null || isRooted(byId.get(parent) as ThreadTweet));
      const kept = tweets.filter(({ tweet }) => whole || tweet !== null);
      const answered = await readDepths();
      expect(answered.size).toBe(kept.length);
      for (const tweet of kept)
        expect([tweet.id, answered.get(tweet.id)]).toEqual([tweet.id, isRooted(tweet) ? tweet.depth : null]);
      for (const streamId of streams) await deleteStreamRows(db.sql, streamId);
    },
    240_000,
  );

  /** The depth of each post in the API. */
  async function readDepths(): Promise<ReadonlyMap<string, number | null>> {
    const depths = new Map<string, number | null>();
    for (let after: string | null = null; ; ) {
      const { data, errors } = await ask(
        app,
        `query ($after: String) { posts(orderBy: OLDEST, first: 200, after: $after) {
          nodes { platformId depth } pageInfo { hasNextPage endCursor } } }`,
        { after },
      );
      expect(errors).toBeUndefined();
      for (const { platformId, depth } of data.posts.nodes) depths.set(platformId, depth);
      if (!data.posts.pageInfo.hasNextPage) return depths;
      after = data.posts.pageInfo.endCursor;
    }
  }
});

const key = (id: string) => xKey(id);
const keyOrNull = (id: string | null) => (id === null ? null : key(id));

const somebody = anAccount();

/** In the place of a deleted tweet the store has a post without words. */
function toPost({ id, parent, tweet }: ThreadTweet): EnrichedPost {
  return aPost(somebody, {
    platformId: id,
    author: {
      platformId: tweet?.user.id_str ?? '1',
      handle: tweet?.user.screen_name ?? 'deleted',
      displayName: tweet?.user.name ?? null,
      avatarUrl: null,
    },
    kind: parent === null ? 'ORIGINAL' : 'REPLY',
    replyTo: parent === null ? null : { postId: parent, authorId: null, handle: null },
    text: tweet?.text ?? '',
    createdAt: tweet === null ? observed : Date.parse(tweet.created_at),
    metrics: {
      ...unknownMetrics,
      likes: tweet?.favorite_count ?? null,
      reposts: tweet?.retweet_count ?? null,
    },
  });
}

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { findOrCreateTopic } from '../../../src/streams/create.ts';
import type { EnrichedPost } from '../../../src/shared/post.ts';
import { unknownMetrics } from '../../../src/shared/post.ts';
import { ask, openApp } from '../../support/app.ts';
import { anAccount, aPost, asGiven, observed, savePosts, writeBatch } from '../../support/posts.ts';
import { openStore } from '../../support/store.ts';

const db = await openStore();
const app = openApp(db);

const somebody = { platformId: '77', handle: 'somebody', displayName: 'Somebody', avatarUrl: null };
const hour = 3_600_000;
const start = Date.UTC(2025, 0, 1);

/** An account's list of posts, page by page. */
async function listed(handle: string, filter: object | null, orderBy = 'NEWEST') {
  const texts: string[] = [];
  for (let after: string | null = null; ; ) {
    const { data, errors } = await ask(
      app,
      `query ($handle: String!, $filter: PostFilter, $orderBy: PostOrder!, $after: String) {
        account(handle: $handle) {
          posts(filter: $filter, orderBy: $orderBy, first: 7, after: $after) {
            totalCount nodes { text } pageInfo { hasNextPage endCursor }
          }
        }
      }`,
      { handle, filter, orderBy, after },
    );
    expect(errors).toBeUndefined();
    const { nodes, pageInfo, totalCount } = data.account.posts;
    texts.push(...nodes.map((node: { text: string }) => node.text));
    if (!pageInfo.hasNextPage) {
      expect(totalCount).toBe(texts.length);
      return texts.sort();
    }
    after = pageInfo.endCursor;
  }
}

const textsOf = (posts: readonly EnrichedPost[]) => posts.map((post) => post.text).sort();

describe("a stream's posts", () => {
  test("are the account's own, as many as totals count; a filter returns those by others, or both", async () => {
    const some = fc.record({
      own: fc.boolean(),
      at: fc.integer({ min: 0, max: 20 }),
      likes: fc.option(fc.nat(5), { nil: null }),
      kind: fc.constantFrom('ORIGINAL' as const, 'REPLY' as const, 'REPOST' as const),
      language: fc.constantFrom('en', 'de'),
    });
    const order = fc.constantFrom('NEWEST', 'OLDEST', 'LIKES', 'IMPRESSIONS');
    await fc.assert(
      fc.asyncProperty(fc.array(some, { maxLength: 40 }), order, async (given, orderBy) => {
        const account = anAccount();
        const posts = given.map(({ at, likes, own, ...rest }) =>
          aPost(account, {
            ...rest,
            own,
            ...(own ? {} : { author: somebody }),
            createdAt: start + at * hour,
            metrics: { ...unknownMetrics, likes },
          }),
        );
        await savePosts(db, account, posts);
        const own = posts.filter((post) => post.own);
        const others = posts.filter((post) => !post.own);
        const range = { from: new Date(start + 5 * hour), to: new Date(start + 15 * hour) };
        const isWithin = ({ createdAt }: EnrichedPost) =>
          createdAt >= range.from.getTime() && createdAt < range.to.getTime();
        const by = (filter: object | null) => listed(account.handle, filter, orderBy);

        expect(await by(null)).toEqual(textsOf(own));
        expect(await by({})).toEqual(textsOf(own));
        expect(await by({ own: true })).toEqual(textsOf(own));
        expect(await by({ own: false })).toEqual(textsOf(others));
        expect(await by({ own: null })).toEqual(textsOf(posts));
        expect(await by({ range })).toEqual(textsOf(own.filter(isWithin)));
        expect(await by({ range, own: false })).toEqual(textsOf(others.filter(isWithin)));
        expect(await by({ languages: ['de'] })).toEqual(
          textsOf(own.filter(({ language }) => language === 'de')),
        );
        const { data } = await ask(
          app,
          `{ account(handle: "${account.handle}") { posts { totalCount } stats { totals { posts } } } }`,
        );
        expect(data.account.posts.totalCount).toBe(data.account.stats.totals.posts);
      }),
      { numRuns: 8 },
    );
  }, 60_000);

  test("of a topic are its matches, without the threads' other posts", async () => {
    const account = anAccount();
    const streamId = await findOrCreateTopic(db.sql, `larks ${account.handle}`);
    const posts = [true, true, false].map((own) => aPost(account, { own, author: somebody }));
    const source = { streamId, platform: 'X', provider: 'X_API' } as const;
    await writeBatch(db.sql, source, { account: null, posts, read: asGiven, collectedAt: observed });
    const { data } = await ask(
      app,
      `{ topic(query: "larks ${account.handle}") { stats { totals { posts } }
        posts { totalCount nodes { text } } all: posts(filter: { own: null }) { totalCount } } }`,
    );
    expect(data.topic.posts.totalCount).toBe(2);
    expect(data.topic.stats.totals.posts).toBe(2);
    expect(data.topic.all.totalCount).toBe(3);
  });

  test('of all streams are both kinds, unless one is requested', async () => {
    const account = anAccount();
    const posts = [true, true, false].map((own) => aPost(account, { own, author: somebody }));
    const { streamId } = await savePosts(db, account, posts);
    const id = Buffer.from(`Account:${streamId}`).toString('base64');
    const count = async (filter: object) =>
      (
        await ask(app, 'query ($filter: PostFilter) { posts(filter: $filter) { totalCount } }', {
          filter: { streams: [id], ...filter },
        })
      ).data.posts.totalCount;
    expect([await count({}), await count({ own: true }), await count({ own: false })]).toEqual([3, 2, 1]);
  });
});

import { sql } from 'drizzle-orm';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { enrich } from '../../../src/ingest/enrich/enrich.ts';
import { listPosts, listPostsOfEach } from '../../../src/entities/post/list.ts';
import { postCursor } from '../../../src/entities/post/order.ts';
import { parseFilter } from '../../../src/entities/post/parse-filter.ts';
import type { PostRow } from '../../../src/entities/post/row.ts';
import type { RankBounds } from '../../../src/entities/post/relevance.ts';
import { ask, openApp } from '../../support/app.ts';
import { anAccount, aPost, savePosts } from '../../support/posts.ts';
import { openStore } from '../../support/store.ts';
import { postWith } from '../../unit/ingest/enrich/post.ts';

const db = await openStore();
const bounds: RankBounds = { posts: 30, nearHits: 6, hits: 12, sample: 8 };
const start = Date.UTC(2025, 0, 1);

const text = fc
  .array(fc.constantFrom('otter', 'otter', 'lark', 'fox', 'den', 'river'), { minLength: 1, maxLength: 8 })
  .map((words) => words.join(' '));
/** Posts of an hour or two: several have the same second. */
const written = fc.record({ text, second: fc.nat(60) });
const searches = ['otter', 'lark', 'fox river', '"den otter"', 'lark or den', 'fox -otter', 'nobody'];

type Account = ReturnType<typeof anAccount>;
type Written = { readonly text: string; readonly second: number };

const save = (account: Account, posts: readonly Written[]) =>
  savePosts(
    db,
    account,
    posts.map(({ text, second }) => {
      const createdAt = start + second * 1_000;
      const { platformId, author } = aPost(account);
      return { ...enrich(postWith(text, { language: 'en', createdAt })), createdAt, platformId, author };
    }),
  );

const conditionsOf = (search: string, streams: readonly number[] | null) => ({
  ...parseFilter({ search }, true),
  streams,
});
const idOf = ({ streamId, postId }: Pick<PostRow, 'streamId' | 'postId'>) => `${streamId}:${postId}`;

type Reading = {
  readonly limit: number;
  readonly backwards?: boolean;
  readonly order?: 'RELEVANCE' | 'NEWEST';
  /** The number of posts from which it decides which bound to read first. */
  readonly sample?: number;
  /** Runs before each page but the first. */
  readonly between?: () => Promise<void>;
};

/** All pages one after the other. */
async function readAll(
  asked: ReturnType<typeof conditionsOf>,
  {
    limit,
    backwards = false,
    order = 'RELEVANCE',
    sample = bounds.sample,
    between = async () => {},
  }: Reading,
): Promise<readonly string[]> {
  const read: PostRow[] = [];
  for (let cursor: string | null = null; ; await between()) {
    const page = {
      limit,
      after: backwards ? null : cursor,
      before: backwards ? cursor : null,
      backwards,
      // Authors come with a page: half of the readings show that they change no page.
      columns: new Set(limit % 2 === 0 ? (['authorId', 'author'] as const) : (['authorId'] as const)),
    };
    const rows = await listPosts(db, asked, order, page, { ...bounds, sample });
    read.push(...rows.slice(0, limit));
    const last = rows[limit - 1];
    if (rows.length <= limit || last === undefined) break;
    cursor = postCursor(order, last);
  }
  return (backwards ? read.reverse() : read).map(idOf);
}

type Hit = { readonly id: string; readonly place: string; readonly at: number; readonly rank: number };

/** The same by reading all posts of a stream. */
async function recount(search: string, streamId: number): Promise<readonly string[]> {
  const query = parseFilter({ search }, true).search;
  const rows = (await db.orm.execute(sql`
    select stream_id || ':' || post_id as id, post_id as place, extract(epoch from created_at)::float8 as at,
      search @@ ${query}::tsquery as hit, ts_rank(search, ${query}::tsquery)::float8 as rank
    from posts where stream_id = ${streamId}`)) as unknown as readonly (Hit & { readonly hit: boolean })[];
  const byTime = (a: Hit, b: Hit) => b.at - a.at || (a.place < b.place ? 1 : -1);
  const newest = [...rows].sort(byTime).slice(0, bounds.posts);
  const hits = rows.filter(({ hit }) => hit);
  const border = newest[bounds.posts - 1]?.at ?? Number.NEGATIVE_INFINITY;
  // The bound is an instant: all posts with the instant of the last one are among the newest.
  const isLarge = hits.filter(({ at }) => at >= border).length > bounds.nearHits || hits.length > bounds.hits;
  const from = isLarge ? border : Number.NEGATIVE_INFINITY;
  const rankOf = (hit: Hit) => (hit.at >= from ? hit.rank : -1);
  return [...hits].sort((a, b) => rankOf(b) - rankOf(a) || byTime(a, b)).map(({ id }) => id);
}

describe('by relevance', () => {
  test('the newest of many hits are ranked, the others follow, and pages are complete in both directions', async () => {
    const sampled = new Set<boolean>();
    await fc.assert(
      fc.asyncProperty(
        fc.array(written, { minLength: 1, maxLength: 90, size: 'max' }),
        fc.constantFrom(...searches),
        fc.integer({ min: 3, max: 17 }),
        fc.constantFrom(1, 8, 30),
        async (posts, search, limit, sample) => {
          const { streamId } = await save(anAccount(), posts);
          const asked = conditionsOf(search, [streamId]);
          const expected = await recount(search, streamId);
          expect(await readAll(asked, { limit, sample })).toEqual(expected);
          expect(await readAll(asked, { limit, sample, backwards: true })).toEqual(expected);
          const page = { limit: 5, after: null, before: null, backwards: false };
          const [row] = await listPosts(db, asked, 'RELEVANCE', page, bounds);
          if (row) sampled.add(row.rankedFrom !== undefined);
        },
      ),
      { numRuns: 40 },
    );
    expect(sampled.size).toBe(2);
  });

  test('posts that arrive between two pages move no post to another page', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(written, { minLength: 40, maxLength: 90, size: 'max' }),
        fc.array(fc.record({ text, second: fc.integer({ min: 0, max: 120 }) }), {
          minLength: 4,
          maxLength: 8,
        }),
        fc.constantFrom(...searches),
        async (posts, more, search) => {
          const account = anAccount();
          const { streamId } = await save(account, posts);
          const expected = await recount(search, streamId);
          const between = async () => void (await save(account, more));
          const read = await readAll(conditionsOf(search, [streamId]), { limit: 7, between });
          expect(new Set(read).size).toBe(read.length);
          expect(read.filter((id) => expected.includes(id))).toEqual(expected);
        },
      ),
      { numRuns: 20 },
    );
  });

  test('several streams together and each by itself have each hit once', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.array(written, { minLength: 1, maxLength: 60, size: 'max' }), {
          minLength: 2,
          maxLength: 3,
        }),
        fc.constantFrom(...searches),
        async (lists, search) => {
          const streams: number[] = [];
          for (const posts of lists) streams.push((await save(anAccount(), posts)).streamId);
          const each = await Promise.all(streams.map((streamId) => recount(search, streamId)));
          const together = await readAll(conditionsOf(search, streams), { limit: 6 });
          expect([...together].sort()).toEqual(each.flat().sort());
          const page = { limit: 200, after: null, before: null, backwards: false, authors: true };
          const asked = streams.map((streamId) => conditionsOf(search, [streamId]));
          const pages = await listPostsOfEach(db, asked, 'RELEVANCE', page, bounds);
          expect(pages.map((rows) => rows.map(idOf))).toEqual(each);
        },
      ),
      { numRuns: 15 },
    );
  });
});

test('newest first, hits among the newest posts and older ones are the same as without an index', async () => {
  const account = anAccount();
  // More posts than are read before the index is used. None of those has "den" or "bay"; many later ones have "bay". So
  // many of them have "hill" that reading some more is enough.
  const textOf = (at: number) => {
    if (at % 400 === 0 || at < 50) return 'fox river';
    if (at % 50 === 1 && at < 2_000) return 'otter den';
    if (at % 150 === 7) return 'lynx hill';
    return at % 8 === 3 && at < 12_000 ? 'heron bay' : 'lark';
  };
  const posts = Array.from({ length: 16_500 }, (_, at) => ({ text: textOf(at), second: at }));
  const { streamId } = await save(account, posts);
  const having = async (text: string) => {
    const rows =
      await db.sql`select stream_id || ':' || post_id as id from posts where stream_id = ${streamId}
      and text = ${text} order by created_at desc, post_id desc`;
    return rows.map(({ id }) => id as string);
  };
  const [river, den, hill] = [
    await having('fox river'),
    await having('otter den'),
    await having('lynx hill'),
  ];
  const bay = await having('heron bay');
  expect(den.length).toBeGreaterThan(20);
  expect(bay.length).toBeGreaterThan(1_000);
  for (const [search, expected] of [
    ['fox river', river],
    ['"fox river"', river],
    ['"lynx hill"', hill],
    ['den otter', den],
    ['den or nobody', den],
    ['bay heron', bay],
    ['bay or nobody', bay],
  ] as const)
    for (const backwards of [false, true])
      expect(
        await readAll(conditionsOf(search, [streamId]), {
          limit: expected === bay ? 190 : 20,
          order: 'NEWEST',
          backwards,
        }),
      ).toEqual(expected);
  for (const search of ['"fox river"', 'den otter', 'bay heron']) {
    const page = { limit: 20, after: null, before: null, backwards: false };
    const first = await listPosts(db, conditionsOf(search, [streamId]), 'NEWEST', page);
    const sixth = first[5];
    if (sixth === undefined) throw new Error('there are six hits');
    const before = { ...page, before: postCursor('NEWEST', sixth) };
    const found = await listPosts(db, conditionsOf(search, [streamId]), 'NEWEST', before);
    expect(found.map(idOf)).toEqual(first.slice(0, 5).map(idOf));
  }
});

test('a cursor without the instant from which hits are ranked continues with all hits ranked', async () => {
  const account = anAccount();
  await save(
    account,
    Array.from({ length: 9 }, (_, second) => ({ text: 'otter '.repeat(1 + (second % 3)), second })),
  );
  const app = openApp(db);
  const page = (after: string | null) =>
    ask(
      app,
      `query ($h: String!, $after: String) { account(handle: $h) {
        posts(first: 4, after: $after, orderBy: RELEVANCE, filter: { search: "otter" }) {
          edges { cursor node { id } } pageInfo { hasNextPage endCursor } } } }`,
      { h: account.handle, after },
    );
  const ids: string[] = [];
  for (let after: string | null = null; ; ) {
    const { data } = await page(after);
    const { edges, pageInfo } = data.account.posts;
    ids.push(...edges.map(({ node }: { node: { id: string } }) => node.id));
    if (!pageInfo.hasNextPage) break;
    after = pageInfo.endCursor as string;
    expect(JSON.parse(Buffer.from(after, 'base64url').toString())).toHaveLength(5);
  }
  expect(new Set(ids).size).toBe(9);
});

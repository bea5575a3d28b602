import { createServer } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import type { Cost, FetchedPage, FetchTarget, Reach } from '../../../src/providers/fetch-provider.ts';
import { ProviderError } from '../../../src/providers/provider-error.ts';
import { createSocialData } from '../../../src/providers/socialdata/provider.ts';
import { parseRaw } from '../../../src/providers/socialdata/raw.ts';
import type { AccountProfile } from '../../../src/shared/post.ts';
import {
  type FakeOptions,
  type FakePost,
  type FakeSocialData,
  type FakeUser,
  type Fault,
  startFakeSocialData,
  tweetOf,
} from '../../support/fake-socialdata.ts';

const ada: FakeUser = { id: '4242', handle: 'ada' };
const bob: FakeUser = { id: '1734810168053956719', handle: 'bob' };
const users = [ada, bob];

/** Ids that no JS number can represent, a day apart. */
const idOf = (number: number) => String(1_734_810_168_053_956_700n + BigInt(number) * 362_387_865_600_001n);
/** Posts of ada, oldest first. */
const postsOf = (count: number, by = ada.id): FakePost[] =>
  Array.from({ length: count }, (_, index) => ({ id: idOf(index), by, text: `post ${index}` }));
const ids = (posts: readonly { readonly platformId: string }[]) => posts.map((post) => post.platformId);
/** Newest first, as they are delivered. */
const newest = (posts: readonly FakePost[]) => posts.map((post) => post.id).reverse();

const profile = (overrides: Partial<AccountProfile> = {}): AccountProfile => ({
  platform: 'X',
  platformId: ada.id,
  handle: ada.handle,
  displayName: 'Ada',
  description: null,
  avatarUrl: null,
  verified: null,
  protected: false,
  joinedAt: null,
  followers: null,
  following: null,
  reportedPosts: 45,
  observedAt: Date.UTC(2026, 0, 1),
  ...overrides,
});
const timeline = (overrides: Partial<AccountProfile> = {}): FetchTarget => ({
  kind: 'timeline',
  account: profile(overrides),
});
const everything: Reach = { sinceId: null, untilId: null, cursor: null, want: null };
const reach = (overrides: Partial<Reach>): Reach => ({ ...everything, ...overrides });
const call = () => ({ signal: new AbortController().signal });

const running: FakeSocialData[] = [];
afterEach(async () => {
  for (const fake of running.splice(0)) await fake.close();
});

async function start(options: Partial<FakeOptions> = {}, more: { requestTimeoutMs?: number } = {}) {
  const fake = await startFakeSocialData({ users, posts: [], ...options });
  running.push(fake);
  let time = Date.UTC(2026, 10, 21);
  const clock = { tick: (ms: number) => (time += ms), now: () => time };
  const provider = createSocialData({ apiKey: 'test-key', baseUrl: fake.url, now: clock.now, ...more });
  const walk = async (target: FetchTarget, from: Reach = everything) => {
    const pages: FetchedPage[] = [];
    for (let cursor: string | null = from.cursor, count = 0; ; count += 1) {
      if (count === 60) throw new Error('the walk does not end');
      const page = await provider.page(target, { ...from, cursor }, call());
      pages.push(page);
      cursor = page.cursor;
      if (cursor === null) break;
    }
    return {
      pages,
      posts: pages.flatMap((page) => page.posts),
      end: pages.at(-1)?.end,
      cost: pages.flatMap((page) => page.cost.postIds).length,
    };
  };
  const paths = () => fake.requests.map((request) => request.path);
  return { fake, provider, walk, clock, paths };
}

async function failureOf(promise: Promise<unknown>): Promise<ProviderError> {
  const error = await promise.then(
    () => null,
    (reason: unknown) => reason,
  );
  if (error instanceof ProviderError) return error;
  throw new Error(`a ProviderError was expected, got ${String(error)}`);
}

describe('a whole timeline', () => {
  test.each(['null', 'absent', 'empty-page'] as const)('is read once however it ends: %s', async (ending) => {
    const posts = postsOf(45);
    const { walk, paths } = await start({ posts, ending });
    const { posts: read, end, pages } = await walk(timeline());
    expect(ids(read)).toEqual(newest(posts));
    expect(end).toBe('REACHED');
    expect(pages.slice(0, 3).map((page) => page.through)).toEqual([idOf(25), idOf(5), idOf(0)]);
    expect(pages.slice(0, -1).every((page) => page.end === null)).toBe(true);
    expect(new Set(paths())).toEqual(new Set([`/twitter/user/${ada.id}/tweets-and-replies`]));
  });

  test('is at its limit where many posts are missing', async () => {
    const { walk } = await start({ posts: postsOf(30) });
    expect((await walk(timeline({ reportedPosts: 5_000 }))).end).toBe('LIMIT');
    expect((await walk(timeline({ reportedPosts: null }))).end).toBe('LIMIT');
    expect((await walk(timeline({ reportedPosts: 31 }))).end).toBe('REACHED');
  });

  test('has the cost of every page', async () => {
    const { walk } = await start({ posts: postsOf(25), ending: 'null' });
    const { pages } = await walk(timeline());
    expect(pages.map((page) => page.cost)).toEqual([
      { requests: 1, postIds: newest(postsOf(25)).slice(0, 20), users: 0 },
      { requests: 1, postIds: newest(postsOf(25)).slice(20), users: 0 },
    ]);
  });

  test('leaves out posts that others paid for', async () => {
    const posts = [...postsOf(25), { id: idOf(40), by: bob.id, text: 'buy this' }];
    const { walk } = await start({ posts, users: [{ ...ada, promoted: [idOf(40)] }, bob] });
    const { posts: read, pages } = await walk(timeline({ reportedPosts: 25 }));
    expect(ids(read)).toEqual(newest(postsOf(25)));
    expect(pages[0]?.cost.postIds).toContain(idOf(40));
  });

  test('is asked for by an id that is looked up first', async () => {
    const { walk, paths } = await start({ posts: postsOf(5), ending: 'null' });
    const { posts, pages } = await walk(timeline({ platformId: null }));
    expect(ids(posts)).toEqual(newest(postsOf(5)));
    expect(posts.every((post) => post.own)).toBe(true);
    expect(paths()).toEqual(['/twitter/user/ada', `/twitter/user/${ada.id}/tweets-and-replies`]);
    expect(pages[0]?.cost).toMatchObject({ requests: 2, users: 1 });
  });

  test('with nothing in it is believed of quiet accounts only', async () => {
    const { walk } = await start();
    expect(await walk(timeline({ reportedPosts: 0 }))).toMatchObject({ posts: [], end: 'REACHED' });
    expect(await failureOf(walk(timeline({ reportedPosts: 3 })))).toMatchObject({
      code: 'PROVIDER_UNAVAILABLE',
      remedy: 'NEXT',
    });
  });
});

describe('a pinned post', () => {
  const posts = postsOf(30).map((post, index) => (index === 2 ? { ...post, pinned: true } : post));

  test('does not move how far the walk has come', async () => {
    const { provider } = await start({ posts });
    const page = await provider.page(timeline(), everything, call());
    expect(ids(page.posts)).toContain(idOf(2));
    expect(ids(page.posts).at(-1)).toBe(idOf(2));
    expect(page.through).toBe(idOf(11));
  });

  test('of what is new does not move it either', async () => {
    const pinned = postsOf(30).map((post, index) => (index === 28 ? { ...post, pinned: true } : post));
    const { provider } = await start({ posts: pinned, users: [{ ...ada, shadowBanned: true }] });
    const page = await provider.page(timeline(), reach({ sinceId: idOf(27) }), call());
    expect(ids(page.posts)).toEqual([idOf(29), idOf(28)]);
    expect(page.through).toBe(idOf(29));
  });

  test('outside of the reach is nobody’s concern, readable or not', async () => {
    const broken = posts.map((post) => (post.pinned ? { ...post, wire: { lang: 7 } } : post));
    const { provider } = await start({ posts: broken, users: [{ ...ada, shadowBanned: true }] });
    const page = await provider.page(timeline(), reach({ sinceId: idOf(27) }), call());
    expect(page).toMatchObject({ rejected: [], end: 'REACHED' });
  });

  test('outside of the reach is not delivered', async () => {
    const { walk } = await start({ posts, users: [{ ...ada, shadowBanned: true }] });
    const { posts: read, end } = await walk(timeline(), reach({ sinceId: idOf(27) }));
    expect(ids(read)).toEqual([idOf(29), idOf(28)]);
    expect(end).toBe('REACHED');
  });
});

describe('what is new', () => {
  test('is searched for, and charged by the post', async () => {
    const { walk, paths, fake } = await start({ posts: postsOf(45) });
    const { posts, end, cost } = await walk(timeline(), reach({ sinceId: idOf(41) }));
    expect(ids(posts)).toEqual([idOf(44), idOf(43), idOf(42)]);
    expect(end).toBe('REACHED');
    expect(cost).toBe(4);
    expect(paths()).toEqual(['/twitter/search']);
    expect(fake.requests[0]?.parameters).toMatchObject({ type: 'Latest' });
    expect(fake.requests[0]?.parameters.query).toMatch(/^from:ada /);
  });

  test('is nothing on a quiet day, for the price of a post', async () => {
    const { walk, paths } = await start({ posts: postsOf(45) });
    const { posts, end, cost, pages } = await walk(timeline(), reach({ sinceId: idOf(44) }));
    expect({ posts, end, cost, through: pages[0]?.through }).toEqual({
      posts: [],
      end: 'REACHED',
      cost: 1,
      through: null,
    });
    expect(paths()).toEqual(['/twitter/search']);
  });

  test('is read from the timeline of a shadow-banned account', async () => {
    const posts = postsOf(60);
    const { walk, paths } = await start({ posts, users: [{ ...ada, shadowBanned: true }, bob] });
    const { posts: read, end, pages } = await walk(timeline(), reach({ sinceId: idOf(35) }));
    expect(ids(read)).toEqual(newest(posts.slice(36)));
    expect(end).toBe('REACHED');
    expect(pages).toHaveLength(2);
    expect(paths().filter((path) => path === '/twitter/search')).toHaveLength(1);
  });

  test('is read from the timeline where the handle is another’s by now', async () => {
    const posts = [...postsOf(22), { id: idOf(30), by: bob.id, text: 'I am ada now' }];
    const { walk } = await start({
      posts,
      users: [
        { ...ada, handle: 'countess' },
        { ...bob, handle: 'ada' },
      ],
    });
    const { posts: read, pages } = await walk(timeline(), reach({ sinceId: idOf(20) }));
    expect(ids(read)).toEqual([idOf(21)]);
    expect(pages[0]?.cost.postIds).toContain(idOf(30));
  });

  test('has the reposts in it', async () => {
    const posts = [
      ...postsOf(3),
      { id: idOf(10), by: bob.id, text: 'Fish & chips' },
      { id: idOf(11), by: ada.id, repostOf: idOf(10) },
    ];
    const { walk } = await start({ posts });
    const { posts: read } = await walk(timeline(), reach({ sinceId: idOf(2) }));
    expect(read).toMatchObject([
      { kind: 'REPOST', text: 'RT @bob: Fish & chips', repostOf: { handle: 'bob', postId: idOf(10) } },
    ]);
  });

  test('is found where the newest known post was deleted', async () => {
    const posts = postsOf(45).filter((post) => post.id !== idOf(41));
    const { walk, paths } = await start({ posts });
    const { posts: read, end } = await walk(timeline(), reach({ sinceId: idOf(41) }));
    expect(ids(read)).toEqual([idOf(44), idOf(43), idOf(42)]);
    expect(end).toBe('REACHED');
    expect(new Set(paths())).toEqual(new Set(['/twitter/search']));
  });
});

describe('going on where another provider stopped', () => {
  test('goes on below its last post', async () => {
    const posts = postsOf(160);
    const { walk, paths } = await start({ posts, ending: 'null' });
    const { posts: read, end } = await walk(timeline(), reach({ untilId: idOf(150) }));
    expect(ids(read)).toEqual(newest(posts.slice(0, 150)));
    expect(end).toBe('REACHED');
    expect(new Set(paths())).toEqual(new Set(['/twitter/search']));
  });

  test('reads down to it where search does not know the account', async () => {
    const posts = postsOf(60);
    const { walk } = await start({ posts, users: [{ ...ada, shadowBanned: true }] });
    const wanted = reach({ untilId: idOf(30), sinceId: idOf(3) });
    const { posts: read, pages, end } = await walk(timeline({ reportedPosts: 60 }), wanted);
    expect(ids(read)).toEqual(newest(posts.slice(4, 30)));
    expect(end).toBe('REACHED');
    expect(pages[0]).toMatchObject({ posts: [], through: null, cost: { requests: 2 } });
  });

  test('is over at once below the oldest post', async () => {
    const { walk, paths } = await start({ posts: postsOf(45), ending: 'null' });
    const { posts, end } = await walk(timeline(), reach({ untilId: idOf(0) }));
    expect({ posts, end }).toEqual({ posts: [], end: 'REACHED' });
    expect(new Set(paths())).toEqual(new Set(['/twitter/search']));
  });

  test('begins anew at a cursor that nobody knows', async () => {
    const posts = postsOf(45);
    const { walk, provider, fake } = await start({ posts });
    expect(ids((await walk(timeline(), reach({ cursor: 'of another provider' }))).posts)).toEqual(
      newest(posts),
    );
    const { cursor } = await provider.page(timeline(), everything, call());
    fake.faults.push({
      kind: 'answer',
      status: 422,
      body: { status: 'error', message: 'The cursor is invalid.' },
    });
    expect(ids((await walk(timeline(), reach({ cursor }))).posts)).toEqual(newest(posts));
  });
});

describe('a search', () => {
  const search: FetchTarget = { kind: 'search', query: 'coffee OR tea' };
  const posts = Array.from({ length: 250 }, (_, index) => ({
    id: idOf(index),
    by: index % 2 === 0 ? ada.id : bob.id,
    text: ['coffee', 'tea', 'milk'][index % 3] ?? '',
  }));
  const drinks = posts.filter((post) => post.text !== 'milk');

  test('goes on beyond what one query gives', async () => {
    const { walk, fake } = await start({ posts });
    const { posts: read, end } = await walk(search);
    expect(ids(read)).toEqual(newest(drinks));
    expect(read.every((post) => post.own)).toBe(true);
    expect(end).toBe('REACHED');
    const queries = new Set(fake.requests.map((request) => request.parameters.query));
    const lowest = (hundred: number) => newest(drinks)[hundred * 100 - 1];
    expect([...queries]).toEqual([
      '(coffee OR tea)',
      `(coffee OR tea) max_id:${BigInt(lowest(1) ?? '') - 1n}`,
      `(coffee OR tea) max_id:${BigInt(drinks[0]?.id ?? '') - 1n}`,
    ]);
  });

  test('stays within both bounds', async () => {
    const { walk } = await start({ posts });
    const { posts: read } = await walk(search, reach({ sinceId: idOf(9), untilId: idOf(200) }));
    expect(ids(read)).toEqual(newest(drinks.filter((_, index) => index > 6 && index < 134)));
  });

  test('goes on below where its cursor is forgotten', async () => {
    const { provider, walk, fake } = await start({ posts });
    const { cursor } = await provider.page(search, everything, call());
    fake.faults.push({
      kind: 'answer',
      status: 422,
      body: { status: 'error', message: 'The cursor is invalid.' },
    });
    expect(ids((await walk(search, reach({ cursor }))).posts)).toEqual(newest(drinks).slice(20));
  });

  test('that finds nothing is over', async () => {
    const { walk, fake } = await start({ posts });
    expect(await walk({ kind: 'search', query: 'wine' })).toMatchObject({ posts: [], end: 'REACHED' });
    expect(fake.requests).toHaveLength(1);
  });

  test('that is refused says whose fault it is', async () => {
    const { walk } = await start();
    const error = await failureOf(walk({ kind: 'search', query: '' }));
    expect(error).toMatchObject({ code: 'BAD_INPUT', remedy: 'NEXT' });
    expect(error.message).toContain('The query field is required.');
  });
});

test('replies come from any depth, with the own ones marked', async () => {
  const posts: FakePost[] = [
    { id: idOf(1), by: ada.id, text: 'root' },
    { id: idOf(2), by: bob.id, text: 'reply', replyTo: idOf(1) },
    { id: idOf(3), by: ada.id, text: 'answer', replyTo: idOf(2) },
    { id: idOf(4), by: bob.id, text: 'elsewhere' },
  ];
  const { walk } = await start({ posts });
  const { posts: read } = await walk({ kind: 'replies', rootId: idOf(1), account: profile() });
  expect(read.map(({ platformId, own, kind, replyTo }) => ({ platformId, own, kind, replyTo }))).toEqual([
    {
      platformId: idOf(3),
      own: true,
      kind: 'REPLY',
      replyTo: { postId: idOf(2), authorId: bob.id, handle: 'bob' },
    },
    {
      platformId: idOf(2),
      own: false,
      kind: 'REPLY',
      replyTo: { postId: idOf(1), authorId: ada.id, handle: 'ada' },
    },
  ]);
});

describe('lists that misbehave', () => {
  const posts = postsOf(45);

  test.each([{ kind: 'same-cursor' }, { kind: 'same-page' }] as const)('end: %j', async ({ kind }) => {
    const { walk, fake } = await start({ posts });
    fake.faults.push({ kind, times: 50 });
    const { end, pages } = await walk(timeline());
    expect(end).toBe('LIMIT');
    expect(pages.length).toBeLessThanOrEqual(3);
  });

  test('do not end where their pages are swapped', async () => {
    const { walk, fake } = await start({ posts: postsOf(90) });
    fake.faults.push({ kind: 'swapped-pages', times: 50 });
    expect(new Set(ids((await walk(timeline({ reportedPosts: 90 }))).posts))).toEqual(
      new Set(ids(postsOf(90).map((post) => ({ platformId: post.id })))),
    );
  });

  test('are put in order, and said to go no further than they surely do', async () => {
    const { provider, fake } = await start({ posts });
    fake.faults.push({ kind: 'upside-down' });
    const page = await provider.page(timeline(), everything, call());
    expect(ids(page.posts)).toEqual(newest(posts).slice(0, 20));
    expect(page.through).toBe(idOf(44));
  });

  test('with an old post beside the reply to it go on below the reply', async () => {
    const { provider, fake } = await start({ users: [{ ...ada, shadowBanned: true }], posts });
    const wire = (number: number) =>
      tweetOf({ id: idOf(number), by: ada.id }, new Map(), new Map(users.map((user) => [user.id, user])));
    fake.faults.push(
      { kind: 'empty' },
      { kind: 'answer', status: 200, body: { next_cursor: 'more', tweets: [44, 2, 43].map(wire) } },
    );
    const page = await provider.page(timeline(), reach({ sinceId: idOf(30) }), call());
    expect(ids(page.posts)).toEqual([idOf(44), idOf(43)]);
    expect(page).toMatchObject({ through: idOf(43), end: null });
    expect(page.cursor).not.toBeNull();
  });

  test('of a search never end it early', async () => {
    const { walk, fake } = await start({ posts });
    fake.faults.push({ kind: 'same-cursor', times: 2 }, { kind: 'same-page' });
    expect(new Set(ids((await walk({ kind: 'search', query: 'post' })).posts)).size).toBe(45);
  });

  test('of a search that does not mind its bounds come to an end', async () => {
    const { walk, fake } = await start({ posts: postsOf(140) });
    // Every request gets the same seven pages.
    const given = new Map(users.map((user) => [user.id, user]));
    const tweets = postsOf(140)
      .reverse()
      .map((post) => tweetOf(post, new Map(), given));
    const pages = Array.from(
      { length: 7 },
      (_, index): Fault => ({
        kind: 'answer',
        status: 200,
        body: {
          next_cursor: index === 6 ? null : `c${index}`,
          tweets: tweets.slice(index * 20, index * 20 + 20),
        },
      }),
    );
    for (let round = 0; round < 10; round += 1) fake.faults.push(...pages);
    const { posts: read, end } = await walk({ kind: 'search', query: 'post' });
    expect(new Set(ids(read)).size).toBe(140);
    expect(end).toBe('REACHED');
    expect(fake.requests).toHaveLength(8);
  });

  test('do not hide what can be read behind what cannot', async () => {
    const broken = posts.map((post, index) =>
      index === 41 ? { ...post, wire: { favorite_count: 'many' } } : post,
    );
    const { provider } = await start({ posts: broken });
    const page = await provider.page(timeline(), everything, call());
    expect(page.posts).toHaveLength(19);
    expect(page.rejected).toEqual([
      { where: `tweet ${idOf(41)}`, reason: 'tweets.3.favorite_count: expected number, received string' },
    ]);
    expect(page.cost.postIds).toHaveLength(20);
  });

  test('of which nothing can be read are failures that name the field', async () => {
    const { provider } = await start({
      posts: postsOf(3).map((post) => ({ ...post, wire: { full_text: null } })),
    });
    const error = await failureOf(provider.page(timeline(), everything, call()));
    expect(error).toMatchObject({ code: 'PROVIDER_UNAVAILABLE', remedy: 'NEXT' });
    expect(error.message).toContain('tweets.0.full_text: expected string, received null');
  });
});

describe('posts', () => {
  test('keep ids that no number holds', async () => {
    const { provider, fake } = await start({ posts: postsOf(2) });
    const page = await provider.page(timeline({ reportedPosts: 2 }), everything, call());
    expect(ids(page.posts)).toEqual([idOf(1), idOf(0)]);
    expect(String(Number(idOf(1)))).not.toBe(idOf(1));
    expect(page.posts[0]?.raw).toContain(`"id":${Number(idOf(1))}`);
    expect(fake.requests).toHaveLength(1);
  });

  test('are the same read again from what is kept', async () => {
    const posts: FakePost[] = [
      { id: idOf(1), by: ada.id, text: 'a < b & "c" 👩‍👩‍👧 \\ {"tweets": [1, 2]}' },
      { id: idOf(2), by: bob.id, text: 'hi' },
      { id: idOf(3), by: ada.id, repostOf: idOf(2) },
      { id: idOf(4), by: ada.id, text: 'look', quotes: idOf(2) },
      { id: idOf(5), by: ada.id, text: '', replyTo: idOf(2) },
    ];
    const { provider, clock } = await start({ posts });
    const account = profile({ observedAt: clock.now() });
    const { posts: read } = await provider.page({ kind: 'timeline', account }, everything, call());
    expect(read).toHaveLength(4);
    expect(read.map((post) => parseRaw(String(post.raw), account))).toEqual(read);
    expect(read.at(-1)?.text).toBe('a < b & "c" 👩‍👩‍👧 \\ {"tweets": [1, 2]}');
  });

  test('of 25,000 characters come whole', async () => {
    const text = 'ä & 🎈 '.repeat(4_167).slice(0, 25_000).trim();
    const { provider } = await start({ posts: [{ id: idOf(1), by: ada.id, text }] });
    const page = await provider.page(timeline({ reportedPosts: 1 }), everything, call());
    expect(page.posts[0]?.text).toBe(text);
  });
});

describe('a profile', () => {
  test('is found by its id though the handle is old, and by its handle', async () => {
    const { provider, paths, clock } = await start({ posts: postsOf(3) });
    const byId = await provider.profile({ handle: 'old', platformId: ada.id }, call());
    const byHandle = await provider.profile({ handle: 'ADA', platformId: null }, call());
    expect(byHandle).toEqual(byId);
    expect(byId).toEqual({
      account: {
        platform: 'X',
        platformId: '4242',
        handle: 'ada',
        displayName: 'The ada',
        description: 'Posts of ada & others',
        avatarUrl: 'https://pbs.twimg.com/profile_images/4242/a_normal.jpg',
        verified: true,
        protected: false,
        joinedAt: Date.UTC(2009, 5, 2, 20, 12, 29),
        followers: 1_000,
        following: 50,
        reportedPosts: 3,
        observedAt: clock.now(),
      },
      cost: { requests: 1, postIds: [], users: 1 },
    });
    expect(paths()).toEqual(['/twitter/user/4242', '/twitter/user/ADA']);
  });

  test('of a protected account says so, and has no posts', async () => {
    const { provider, fake } = await start({ users: [{ ...ada, wire: { protected: true } }] });
    const { account } = await provider.profile({ handle: 'ada', platformId: null }, call());
    expect(account.protected).toBe(true);
    expect(await failureOf(provider.page({ kind: 'timeline', account }, everything, call()))).toMatchObject({
      code: 'ACCOUNT_PROTECTED',
      remedy: 'NONE',
    });
    expect(fake.requests).toHaveLength(1);
  });

  test('of somebody else is not taken for it', async () => {
    const { provider, fake } = await start({ users: [ada, { id: '77', handle: 'eve' }] });
    fake.faults.push({ kind: 'answer', status: 200, body: { id_str: '77', screen_name: 'eve' } });
    const error = await failureOf(provider.profile({ handle: '4242', platformId: null }, call()));
    expect(error).toMatchObject({ code: 'PROVIDER_UNAVAILABLE', remedy: 'NEXT' });
  });

  test('that is gone may be a suspended one', async () => {
    const { provider } = await start();
    const error = await failureOf(provider.profile({ handle: 'nobody', platformId: null }, call()));
    expect(error).toMatchObject({ provider: 'SOCIALDATA', code: 'NOT_FOUND', remedy: 'NONE' });
    expect(error.message).toMatch(/@nobody.*suspended/);
  });
});

describe('a lookup', () => {
  test('distinguishes deleted posts from changed ones', async () => {
    const posts = postsOf(18).map((post, index) => ({ ...post, likes: index }));
    const { provider } = await start({ posts });
    expect(provider.lookupSize).toBe(20);
    const asked = Array.from({ length: 20 }, (_, index) => idOf(index));
    const found = await provider.lookup(asked, profile(), call());
    expect(new Set(found.deleted)).toEqual(new Set([idOf(18), idOf(19)]));
    expect(found.posts).toHaveLength(18);
    for (const post of found.posts) {
      expect(post).toMatchObject({ own: true, metrics: { likes: asked.indexOf(post.platformId) } });
    }
    expect(found.cost).toMatchObject({ requests: 20, users: 0 });
    expect(new Set(found.cost.postIds)).toEqual(new Set(ids(found.posts)));
  });

  test('does not take hidden posts for deleted ones', async () => {
    const { provider } = await start();
    const found = await provider.lookup([idOf(1)], profile({ protected: true }), call());
    expect(found).toMatchObject({ posts: [], deleted: [], rejected: [] });
  });

  test('does not take a page of somebody else’s for a deletion', async () => {
    const { provider, fake } = await start({ posts: postsOf(1) });
    fake.faults.push({ kind: 'html', status: 404 });
    const error = await failureOf(provider.lookup([idOf(0)], null, call()));
    expect(error).toMatchObject({ code: 'PROVIDER_UNAVAILABLE', remedy: 'NEXT' });
  });

  test('rejects the one that it cannot read', async () => {
    const posts = postsOf(3).map((post, index) => (index === 1 ? { ...post, wire: { user: null } } : post));
    const { provider } = await start({ posts });
    const found = await provider.lookup([idOf(0), idOf(1), idOf(2)], null, call());
    expect(found.posts).toHaveLength(2);
    expect(found.rejected).toEqual([
      { where: `tweet ${idOf(1)}`, reason: 'user: expected object, received null' },
    ]);
    expect(found.posts.every((post) => post.own)).toBe(true);
  });

  test('asks no further once a request failed', async () => {
    const { provider, fake } = await start({ posts: postsOf(20) });
    fake.faults.push({
      kind: 'answer',
      status: 402,
      body: { status: 'error', message: 'Insufficient balance' },
      // The number that run at a time.
      times: 4,
    });
    const asked = postsOf(20).map((post) => post.id);
    expect(await failureOf(provider.lookup(asked, null, call()))).toMatchObject({ code: 'BUDGET_EXCEEDED' });
    // Enough time for those that would continue.
    for (let turn = 0; turn < 10; turn += 1) await provider.lookup([idOf(0)], null, call());
    expect(fake.requests.length).toBeLessThan(10 + 10);
  });

  test('that fails in the middle gives what was answered, and names what was not', async () => {
    const { provider, fake } = await start({ posts: postsOf(20) });
    fake.faults.push({ kind: 'none', times: 8 }, { kind: 'html', status: 502, times: 12 });
    const asked = postsOf(20).map((post) => post.id);
    const found = await provider.lookup(asked, null, call());
    expect(found.posts).toHaveLength(8);
    expect(new Set([...ids(found.posts), ...found.unanswered])).toEqual(new Set(asked));
    expect(new Set(found.cost.postIds)).toEqual(new Set(ids(found.posts)));
  });

  test('whose first post fails is charged for the others', async () => {
    const { provider, fake } = await start({ posts: postsOf(4).slice(1) });
    const charged: Cost[] = [];
    const asked = [idOf(2), idOf(0), idOf(1), idOf(3)];
    fake.faults.push({ kind: 'html', status: 502, of: `/twitter/tweets/${idOf(2)}` });
    await failureOf(provider.lookup(asked, null, { ...call(), charge: (cost) => void charged.push(cost) }));
    expect(charged).toHaveLength(1);
    expect(new Set(charged[0]?.postIds)).toEqual(new Set([idOf(1), idOf(3)]));
  });
});

describe('what is charged', () => {
  test('of a page whose second request fails is what the first delivered', async () => {
    const { provider, fake } = await start({ posts: postsOf(3) });
    const charged: Cost[] = [];
    // The search brings a post outside the limit and none of the account's, so that the timeline is requested.
    const found = tweetOf({ id: idOf(30), by: bob.id }, new Map(), new Map([[bob.id, bob]]));
    fake.faults.push(
      { kind: 'answer', status: 200, body: { tweets: [found] } },
      { kind: 'html', status: 502, of: `/twitter/user/${ada.id}/tweets-and-replies` },
    );
    const asked = provider.page(timeline(), reach({ untilId: idOf(2) }), {
      ...call(),
      charge: (cost) => void charged.push(cost),
    });
    await failureOf(asked);
    expect(charged).toEqual([{ requests: 2, postIds: [idOf(30)], users: 0 }]);
  });
});

describe('failures', () => {
  const error = (status: number, message: string): Fault => ({
    kind: 'answer',
    status,
    body: { status: 'error', message },
  });

  test.each<[string, Fault, object]>([
    ['a spent balance', error(402, 'Insufficient balance'), { code: 'BUDGET_EXCEEDED', remedy: 'NEXT' }],
    [
      'a spent balance told as a success',
      error(200, 'Insufficient balance'),
      { code: 'BUDGET_EXCEEDED', remedy: 'NEXT' },
    ],
    ['a refused key', error(401, 'Unauthenticated.'), { code: 'PROVIDER_UNAVAILABLE', remedy: 'NEXT' }],
    ['a forbidden request', error(403, 'Forbidden'), { code: 'PROVIDER_UNAVAILABLE', remedy: 'NEXT' }],
    ['a user who is gone', error(404, 'User not found'), { code: 'NOT_FOUND', remedy: 'NONE' }],
    ['a user gone with success', error(200, 'User not found'), { code: 'NOT_FOUND', remedy: 'NONE' }],
    ['wrong parameters', error(422, 'Invalid id'), { code: 'BAD_INPUT', remedy: 'NEXT' }],
    ['a fault told as a success', error(200, 'Oops'), { code: 'PROVIDER_UNAVAILABLE', remedy: 'RETRY' }],
    ['a fault', error(500, 'Server Error'), { code: 'PROVIDER_UNAVAILABLE', remedy: 'RETRY' }],
    ['a page of a proxy', { kind: 'html', status: 502 }, { code: 'PROVIDER_UNAVAILABLE', remedy: 'RETRY' }],
    ['HTML with success', { kind: 'html', status: 200 }, { code: 'PROVIDER_UNAVAILABLE', remedy: 'RETRY' }],
    ['half of the JSON', { kind: 'half' }, { code: 'PROVIDER_UNAVAILABLE', remedy: 'RETRY' }],
    ['a body cut off', { kind: 'cut' }, { code: 'PROVIDER_UNAVAILABLE', remedy: 'RETRY' }],
    ['a lost connection', { kind: 'reset' }, { code: 'PROVIDER_UNAVAILABLE', remedy: 'RETRY' }],
    ['a wrong address', { kind: 'html', status: 404 }, { code: 'PROVIDER_UNAVAILABLE', remedy: 'NEXT' }],
    [
      'a redirection',
      { kind: 'answer', status: 302, body: '', headers: { location: 'http://127.0.0.1:9/' } },
      { code: 'PROVIDER_UNAVAILABLE', remedy: 'NEXT' },
    ],
    [
      'another form',
      { kind: 'answer', status: 200, body: { data: [] } },
      { code: 'PROVIDER_UNAVAILABLE', remedy: 'NEXT' },
    ],
    ['an empty success', { kind: 'empty' }, { code: 'PROVIDER_UNAVAILABLE', remedy: 'NEXT' }],
  ])('%s', async (_name, fault, expected) => {
    const { provider, fake } = await start({ posts: postsOf(5) });
    fake.faults.push(fault);
    const thrown = await failureOf(provider.page(timeline(), everything, call()));
    expect(thrown).toMatchObject({ provider: 'SOCIALDATA', retryAt: null, ...expected });
    expect(thrown.message).not.toContain('test-key');
  });

  test('say what to do', async () => {
    const { provider, fake } = await start({ key: 'another' });
    expect((await failureOf(provider.page(timeline(), everything, call()))).message).toContain(
      'check SOCIALDATA_API_KEY',
    );
    fake.faults.push(error(402, 'Insufficient balance'));
    const { provider: paid, fake: other } = await start();
    other.faults.push(error(402, 'Insufficient balance'));
    expect((await failureOf(paid.page(timeline(), everything, call()))).message).toContain('top up');
  });

  test('of the network may pass', async () => {
    const closed = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => closed.once('listening', resolve));
    const address = closed.address();
    const port = typeof address === 'object' ? address?.port : 0;
    await new Promise((resolve) => closed.close(resolve));
    const provider = createSocialData({ apiKey: 'k', baseUrl: `http://127.0.0.1:${port}` });
    expect(await failureOf(provider.page(timeline(), everything, call()))).toMatchObject({
      code: 'PROVIDER_UNAVAILABLE',
      remedy: 'RETRY',
    });
  });

  test('do not hang: a silent server is given up', async () => {
    const { provider, fake } = await start({}, { requestTimeoutMs: 200 });
    fake.faults.push({ kind: 'hang' });
    const error = await failureOf(provider.page(timeline(), everything, call()));
    expect(error).toMatchObject({ code: 'PROVIDER_UNAVAILABLE', remedy: 'RETRY' });
    expect(error.message).toContain('200 ms');
  });

  test('do not replace the reason of whoever called it off', async () => {
    const { provider, fake } = await start();
    fake.faults.push({ kind: 'hang' });
    const controller = new AbortController();
    const reason = new Error('the job was cancelled');
    const page = provider.page(timeline(), everything, { signal: controller.signal });
    while (fake.requests.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    controller.abort(reason);
    await expect(page).rejects.toBe(reason);
    await expect(provider.page(timeline(), everything, { signal: controller.signal })).rejects.toBe(reason);
    expect(fake.requests).toHaveLength(1);
  });
});

describe('its limit', () => {
  test('is believed when it says so, for a minute', async () => {
    const { provider, clock } = await start({ posts: postsOf(45), requestsPerMinute: 2 });
    let { cursor } = await provider.page(timeline(), everything, call());
    ({ cursor } = await provider.page(timeline(), reach({ cursor }), call()));
    expect(provider.limitedUntil('timeline')).toBeNull();
    const retryAt = new Date(clock.now() + 60_000);
    const error = await failureOf(provider.page(timeline(), reach({ cursor }), call()));
    expect(error).toMatchObject({ code: 'RATE_LIMITED', remedy: 'NEXT', retryAt });
    expect(provider.limitedUntil('profile')).toBe(retryAt.getTime());
    clock.tick(60_000);
    expect(provider.limitedUntil('profile')).toBeNull();
  });

  test('is counted before it says so, over all endpoints', async () => {
    const { provider, fake, clock } = await start({ posts: postsOf(20), requestsPerMinute: 1_000 });
    const began = clock.now();
    const asked = postsOf(20).map((post) => post.id);
    for (let lookup = 0; lookup < 5; lookup += 1) await provider.lookup(asked, null, call());
    clock.tick(10_000);
    expect(provider.limitedUntil('lookup')).toBeNull();
    await provider.profile({ handle: 'ada', platformId: null }, call());
    expect(provider.limitedUntil('lookup')).toBe(began + 60_000);
    expect(provider.limitedUntil('search')).toBeNull();
    for (let page = 0; page < 19; page += 1) await provider.page(timeline(), everything, call());
    expect(provider.limitedUntil('search')).toBe(began + 60_000);
    const error = await failureOf(provider.profile({ handle: 'ada', platformId: null }, call()));
    expect(error).toMatchObject({ code: 'RATE_LIMITED', retryAt: new Date(began + 60_000) });
    expect(fake.requests).toHaveLength(120);
    clock.tick(50_000);
    expect(provider.limitedUntil('lookup')).toBeNull();
  });
});

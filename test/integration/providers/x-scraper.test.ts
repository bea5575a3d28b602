import { afterEach, describe, expect, test } from 'vitest';
import type {
  FetchedPage,
  FetchProvider,
  FetchTarget,
  Reach,
} from '../../../src/providers/fetch-provider.ts';
import { rawParser } from '../../../src/providers/raw-parsers.ts';
import { createXScraper, type XScraperOptions } from '../../../src/providers/x-scraper/provider.ts';
import type { AccountProfile } from '../../../src/shared/post.ts';
import {
  type FakeFault,
  type FakeXWeb,
  type FakeXWebOptions,
  startFakeXWeb,
} from '../../support/fake-x-web.ts';
import type { FakePost, FakeUser } from '../../support/x-web-objects.ts';

const login = { auth_token: 'a'.repeat(40), ct0: 'c'.repeat(32) };
const cookies = `auth_token=${login.auth_token}; ct0=${login.ct0}`;
const ada: FakeUser = { id: '4242', handle: 'ada', name: 'Ada & co' };
const bob: FakeUser = { id: '77', handle: 'bob' };
const signal = new AbortController().signal;
const now = Date.UTC(2026, 10, 21);

/** Larger than any double can represent exactly. */
const idOf = (number: number) => String(1_900_000_000_000_000_001n + BigInt(number) * 4_194_304_000n);
const posts = (count: number, more: Partial<FakePost> = {}): FakePost[] =>
  Array.from({ length: count }, (_, number) => ({
    id: idOf(number),
    userId: ada.id,
    text: `post ${number}`,
    likes: number,
    ...more,
  }));
const newestFirst = (count: number) =>
  posts(count)
    .map(({ id }) => id)
    .reverse();

const fakes: FakeXWeb[] = [];
afterEach(async () => {
  await Promise.all(fakes.splice(0).map((fake) => fake.close()));
});

async function open(
  given: Partial<FakeXWebOptions> = {},
  options: Partial<XScraperOptions> = {},
): Promise<{ readonly fake: FakeXWeb; readonly x: FetchProvider }> {
  const fake = await startFakeXWeb({ users: [ada, bob], posts: [], cookies: login, ...given });
  fakes.push(fake);
  const x = createXScraper({
    cookies,
    baseUrl: fake.url,
    spacingMs: 0,
    robots: 'ignore',
    now: () => now,
    ...options,
  });
  return { fake, x };
}

const account = (overrides: Partial<AccountProfile> = {}): AccountProfile => ({
  platform: 'X',
  platformId: ada.id,
  handle: 'ada',
  displayName: null,
  description: null,
  avatarUrl: null,
  verified: null,
  protected: null,
  joinedAt: null,
  followers: null,
  following: null,
  reportedPosts: null,
  observedAt: now,
  ...overrides,
});
const timeline = (overrides: Partial<AccountProfile> = {}): FetchTarget => ({
  kind: 'timeline',
  account: account(overrides),
});
const everything: Reach = { sinceId: null, untilId: null, cursor: null, want: null };

async function walk(x: FetchProvider, target: FetchTarget, reach = everything): Promise<FetchedPage[]> {
  const pages: FetchedPage[] = [];
  for (let cursor = reach.cursor; pages.length < 20; ) {
    const page = await x.page(target, { ...reach, cursor }, { signal });
    pages.push(page);
    if (page.cursor === null) return pages;
    cursor = page.cursor;
  }
  throw new Error('the walk does not end');
}
const idsOf = (pages: readonly FetchedPage[]) =>
  pages.flatMap((page) => page.posts.map(({ platformId }) => platformId));
const failing = (promise: Promise<unknown>) =>
  promise.then(
    () => 'succeeded',
    (error: unknown) => error,
  );

describe.each(['2024', '2026'] as const)('the shape of %s', (shape) => {
  test('a timeline is walked page by page, each post once', async () => {
    const { fake, x } = await open({ shape, posts: posts(45) });
    const pages = await walk(x, timeline({ reportedPosts: 45 }));
    expect(idsOf(pages)).toEqual(newestFirst(45));
    expect(pages.map((page) => page.through)).toEqual([idOf(25), idOf(5), idOf(0), null]);
    expect(pages.map((page) => page.end)).toEqual([null, null, null, 'REACHED']);
    const sent = fake.requests.map(({ variables }) => variables.cursor);
    expect(new Set(sent).size).toBe(4);
    expect(pages[0]?.cost).toEqual({ requests: 1, postIds: newestFirst(45).slice(0, 20), users: 1 });
  });

  test('a profile has its figures', async () => {
    const joinedAt = Date.UTC(2009, 2, 3, 4, 5, 6);
    const user = { ...ada, description: 'a < b', followers: 12, following: 3, reportedPosts: 99, joinedAt };
    const { x } = await open({ shape, users: [user] });
    const found = await x.profile({ handle: 'ADA', platformId: null }, { signal });
    expect(found).toEqual({
      account: account({
        displayName: 'Ada & co',
        description: 'a < b',
        avatarUrl: 'https://pbs.twimg.com/profile_images/4242/a_normal.jpg',
        verified: true,
        protected: false,
        joinedAt,
        followers: 12,
        following: 3,
        reportedPosts: 99,
      }),
      cost: { requests: 1, postIds: [], users: 1 },
    });
  });

  test('a post keeps what the library would lose', async () => {
    const text = `1 < 2 & ${'long '.repeat(60)}https://t.co/abcdefghij`;
    const url = { url: 'https://t.co/abcdefghij', expanded: 'https://example.org/a?b=1' };
    const long = { id: idOf(1), userId: ada.id, text, urls: [url], views: 1_234, quotes: 7, lang: 'in' };
    const { x } = await open({ shape, posts: [long] });
    const whole = text.replace(url.url, url.expanded);
    const expected = {
      platformId: idOf(1),
      own: true,
      text: whole,
      language: 'id',
      metrics: { likes: 0, reposts: 0, replies: 0, quotes: 7, bookmarks: 0, impressions: 1_234 },
      observedAt: now,
    };
    const [page] = await walk(x, timeline());
    expect(page?.posts).toMatchObject([expected]);
    const [found] = await walk(x, { kind: 'search', query: 'long' });
    expect(found?.posts).toMatchObject([expected]);
  });

  test('a raw payload is read again as the same post', async () => {
    const kinds = [
      { id: idOf(1), userId: ada.id, text: 'a & b', views: 5 },
      { id: idOf(2), userId: ada.id, text: 'reply', replyTo: idOf(1) },
      { id: idOf(3), userId: bob.id, text: 'bob says' },
      { id: idOf(4), userId: ada.id, text: 'quote', quoteOf: idOf(3), limited: true },
      { id: idOf(5), userId: ada.id, text: '', repostOf: idOf(3) },
    ];
    const { x } = await open({ shape, posts: kinds });
    const [page] = await walk(x, timeline());
    expect(page?.posts.map(({ kind }) => kind)).toEqual(['REPOST', 'QUOTE', 'REPLY', 'ORIGINAL']);
    const parse = rawParser('X_SCRAPER');
    expect(page?.posts.map(({ raw }) => parse?.(String(raw), account()))).toEqual(page?.posts);
    const [found] = await walk(x, { kind: 'search', query: 'bob' });
    expect(found?.posts.map(({ raw, own }) => [parse?.(String(raw), account())?.own, own])).toEqual([
      [false, true],
    ]);
  });
});

describe('reach', () => {
  test('stops where the last walk began', async () => {
    const { fake, x } = await open({ posts: posts(60) });
    const pages = await walk(x, timeline(), { ...everything, sinceId: idOf(30) });
    expect(idsOf(pages)).toEqual(newestFirst(60).filter((id) => BigInt(id) > BigInt(idOf(30))));
    expect(pages.at(-1)?.end).toBe('REACHED');
    expect(fake.requests).toHaveLength(2);
  });

  test('goes on where another provider stopped, one page a call', async () => {
    const { x } = await open({ posts: posts(60) });
    const pages = await walk(x, timeline({ reportedPosts: 60 }), { ...everything, untilId: idOf(25) });
    expect(pages.slice(0, 2).map((page) => [page.posts.length, page.through, page.cursor === null])).toEqual([
      [0, null, false],
      [5, idOf(20), false],
    ]);
    expect(idsOf(pages)).toEqual(newestFirst(60).slice(35));
    expect(pages.at(-1)?.end).toBe('REACHED');
  });

  test('is asked of a search itself', async () => {
    const { fake, x } = await open({ posts: posts(60) });
    const reach = { ...everything, sinceId: idOf(10), untilId: idOf(40) };
    const pages = await walk(x, { kind: 'search', query: 'post OR nothing' }, reach);
    expect(idsOf(pages)).toEqual(newestFirst(60).slice(20, 49));
    expect(pages.at(-1)).toMatchObject({ end: 'REACHED', through: null });
    const bounds = `since_id:${idOf(10)} max_id:${BigInt(idOf(40)) - 1n}`;
    expect(fake.requests[0]?.variables.rawQuery).toBe(`(post OR nothing) ${bounds}`);
  });

  test('a wish for few asks for few', async () => {
    const { fake, x } = await open({ posts: posts(3) });
    await x.page(timeline(), { ...everything, want: 5 }, { signal });
    expect(fake.requests[0]?.variables.count).toBe(5);
  });

  test('a cursor of nobody knows where begins at the top', async () => {
    const { x } = await open({ posts: posts(3) });
    const page = await x.page(timeline(), { ...everything, cursor: 'DAABCgABHPEX' }, { signal });
    expect(page.posts).toHaveLength(3);
  });

  test('a cursor that X has forgotten begins at the top', async () => {
    const { fake, x } = await open({ posts: posts(25) });
    const { cursor } = await x.page(timeline(), everything, { signal });
    const invalid = { message: 'BadRequest: invalid cursor', code: 214, kind: 'Validation' };
    fake.faults.push({ status: 200, body: { errors: [invalid], data: {} } });
    const page = await x.page(timeline(), { ...everything, cursor }, { signal });
    expect(page).toMatchObject({ through: idOf(5), cost: { requests: 2 } });
    expect(idsOf([page])).toEqual(newestFirst(25).slice(0, 20));
  });

  test('fewer posts than the account has is a limit', async () => {
    const { x } = await open({ posts: posts(25) });
    expect((await walk(x, timeline({ reportedPosts: 4_000 }))).at(-1)?.end).toBe('LIMIT');
    expect((await walk(x, timeline())).at(-1)?.end).toBe('LIMIT');
  });
});

describe('what a timeline shows beside posts', () => {
  test('a pinned post is delivered and moves nothing', async () => {
    const pinned = idOf(3);
    const { x } = await open({ users: [{ ...ada, pinned }], posts: posts(45) });
    const pages = await walk(x, timeline({ reportedPosts: 45 }));
    expect(idsOf(pages).sort()).toEqual(newestFirst(45).sort());
    expect(pages[0]?.posts.at(-1)?.platformId).toBe(pinned);
    expect(pages[0]?.through).toBe(idOf(25));
    expect(pages.at(-1)?.end).toBe('REACHED');
  });

  test('what somebody paid for is left out', async () => {
    const promoted = { id: idOf(99), userId: ada.id, text: 'buy this' };
    const { x } = await open({ posts: posts(3), promoted });
    expect(idsOf(await walk(x, timeline()))).toEqual(newestFirst(3));
  });

  test('posts by others and tombstones are no posts', async () => {
    const own = { id: idOf(2), userId: ada.id, text: '@bob indeed', replyTo: idOf(1) };
    const gone = { id: idOf(0), userId: bob.id, text: 'gone', tombstone: true };
    const theirs = { id: idOf(1), userId: bob.id, text: 'is it?', replyTo: gone.id };
    const { x } = await open({ posts: [gone, theirs, own] });
    const [page] = await walk(x, timeline());
    expect(page?.posts.map(({ platformId }) => platformId)).toEqual([own.id]);
    expect(page?.posts[0]?.replyTo).toEqual({ postId: theirs.id, authorId: bob.id, handle: 'bob' });
    expect(page?.cost).toEqual({ requests: 1, postIds: [theirs.id, own.id], users: 2 });
    expect(page?.rejected).toEqual([]);
  });

  test('the old beginning of a thread moves nothing', async () => {
    const late = { id: idOf(50), userId: ada.id, text: 'years later', replyTo: idOf(0) };
    const { x } = await open({ posts: [...posts(40), late] });
    const page = await x.page(timeline(), everything, { signal });
    expect(page.posts.at(-1)?.platformId).toBe(idOf(0));
    expect(page.through).toBe(idOf(21));
  });

  test('the middle of a long thread is asked for', async () => {
    const thread = posts(8).map((post, at) => (at === 0 ? post : { ...post, replyTo: idOf(at - 1) }));
    const { fake, x } = await open({ posts: thread });
    const [page] = await walk(x, timeline({ reportedPosts: 8 }));
    expect(page?.posts.map(({ platformId }) => platformId)).toEqual(newestFirst(8));
    expect(fake.requests.map(({ operation }) => operation).slice(0, 2)).toEqual([
      'UserTweetsAndReplies',
      'TweetDetail',
    ]);
    expect(page?.cost.requests).toBe(2);
  });

  test('a guest gets the middle of a thread one by one', async () => {
    const thread = posts(5).map((post, at) => (at === 0 ? post : { ...post, replyTo: idOf(at - 1) }));
    const { x } = await open({ posts: thread }, { cookies: null });
    const [page] = await walk(x, timeline({ reportedPosts: 5 }));
    expect(page?.posts).toHaveLength(5);
    expect(page?.cost.requests).toBe(3);
  });

  test('a repost has the whole text of the original', async () => {
    const original = { id: idOf(1), userId: bob.id, text: `x & ${'y'.repeat(200)}`, likes: 9, reposts: 4 };
    const repost = { id: idOf(2), userId: ada.id, text: '', repostOf: original.id };
    const { x } = await open({ posts: [original, repost] });
    const [page] = await walk(x, timeline());
    expect(page?.posts).toMatchObject([
      {
        kind: 'REPOST',
        text: `RT @bob: ${original.text}`,
        repostOf: { handle: 'bob', postId: original.id },
        metrics: { likes: null, reposts: null },
      },
    ]);
  });

  test('an edit has the post that it replaced', async () => {
    const edited = { id: idOf(5), userId: ada.id, text: 'fixed', editOf: [idOf(4)] };
    for (const shape of ['2024', '2026'] as const) {
      const { x } = await open({ shape, posts: [edited] });
      const [page] = await walk(x, timeline());
      expect(page).toMatchObject({ deleted: [], edits: [[idOf(4), idOf(5)]] });
    }
  });
});

describe('replies', () => {
  const thread: FakePost[] = [
    { id: idOf(0), userId: ada.id, text: 'root' },
    { id: idOf(1), userId: bob.id, text: 'hello', replyTo: idOf(0) },
    { id: idOf(2), userId: ada.id, text: 'hi', replyTo: idOf(1) },
    { id: idOf(3), userId: bob.id, text: 'elsewhere' },
  ];

  test('at any depth are found, without the root', async () => {
    const { x } = await open({ posts: thread });
    const target: FetchTarget = { kind: 'replies', rootId: idOf(0), account: account() };
    const pages = await walk(x, target);
    expect(pages.flatMap((page) => page.posts.map(({ platformId, own }) => [platformId, own]))).toEqual([
      [idOf(2), true],
      [idOf(1), false],
    ]);
    expect(pages.at(-1)?.end).toBe('REACHED');
  });

  test('and searches need cookies', async () => {
    const { fake, x } = await open({ posts: thread }, { cookies: null });
    expect(x.obstacle('timeline')).toBeNull();
    expect(x.obstacle('search')).toMatch(/X_SCRAPER_COOKIES/);
    expect(x.obstacle('replies')).toMatch(/X_SCRAPER_COOKIES/);
    const error = await failing(x.page({ kind: 'search', query: 'a' }, everything, { signal }));
    expect(error).toMatchObject({ code: 'PROVIDER_NOT_CONFIGURED', remedy: 'NEXT' });
    expect(fake.requests).toEqual([]);
    expect(createXScraper({ cookies, robots: 'ignore', now: () => now }).obstacle('search')).toBeNull();
  });
});

describe('guests', () => {
  test('are shown a selection, which tells nothing of what lies between', async () => {
    const shuffled = posts(30).map((post, at) => ({ ...post, likes: (at * 7) % 30 }));
    const { x } = await open({ posts: shuffled, guestsSeeSelection: true }, { cookies: null });
    const pages = await walk(x, timeline({ reportedPosts: 300 }));
    expect(idsOf(pages).sort()).toEqual(newestFirst(30).sort());
    expect(pages.map((page) => page.through)).toEqual([null, null, null]);
    expect(pages.at(-1)?.end).toBe('LIMIT');
    expect((await walk(x, timeline({ reportedPosts: 30 }))).at(-1)?.end).toBe('REACHED');
  });

  test('are believed no order even where there is one', async () => {
    const { x } = await open({ posts: posts(25) }, { cookies: null });
    const reach = { ...everything, sinceId: idOf(20) };
    const pages = await walk(x, timeline({ reportedPosts: 300 }), reach);
    expect(idsOf(pages)).toEqual(newestFirst(25).slice(0, 4));
    expect(pages.map((page) => [page.through, page.end])).toEqual([
      [null, null],
      [null, null],
      [null, 'LIMIT'],
    ]);
  });

  test('send no cookies, a login sends both and the token', async () => {
    const { fake, x } = await open({ posts: posts(1) });
    await walk(x, timeline());
    expect(fake.requests[0]?.headers).toMatchObject({ 'x-csrf-token': login.ct0 });
    expect(fake.requests[0]?.headers.cookie).toContain(`auth_token=${login.auth_token}`);
    const guest = await open({ posts: posts(1) }, { cookies: 'ct0=only' });
    await walk(guest.x, timeline());
    expect(guest.fake.requests[0]?.headers.cookie ?? '').not.toContain('ct0');
  });
});

describe('who an account is', () => {
  test('is found by the id where the handle has changed hands', async () => {
    const renamed = { ...ada, handle: 'countess', followers: 321 };
    const usurper = { ...bob, handle: 'ada' };
    for (const shape of ['2024', '2026'] as const) {
      const { fake, x } = await open({ shape, users: [renamed, usurper], posts: posts(2) });
      const { account: found, cost } = await x.profile({ handle: 'ada', platformId: ada.id }, { signal });
      expect(found).toMatchObject({
        platformId: ada.id,
        handle: 'countess',
        followers: 321,
        reportedPosts: 2,
      });
      expect(cost.requests).toBe(2);
      fake.setUsers([renamed]);
      const again = await x.profile({ handle: 'ada', platformId: ada.id }, { signal });
      expect(again.account.handle).toBe('countess');
    }
  });

  test('is not guessed when nothing shows it', async () => {
    const { x } = await open({ users: [{ ...bob, handle: 'ada' }], posts: [] });
    const error = await failing(x.profile({ handle: 'ada', platformId: ada.id }, { signal }));
    expect(error).toMatchObject({ code: 'NOT_FOUND', remedy: 'NEXT' });
  });

  test('a timeline without an id finds it first', async () => {
    const { x } = await open({ posts: posts(25) });
    const pages = await walk(x, timeline({ platformId: null, reportedPosts: 25 }));
    expect(idsOf(pages)).toEqual(newestFirst(25));
    expect(pages.map((page) => page.cost.requests)).toEqual([2, 1, 1]);
    expect(pages[0]?.posts[0]?.own).toBe(true);
  });

  test('gone, suspended and protected accounts are distinguished', async () => {
    const users = [
      { ...ada, suspended: true },
      { ...bob, protected: true },
    ];
    const { x } = await open({ users, posts: [] }, { cookies: null });
    const profile = (handle: string) => failing(x.profile({ handle, platformId: null }, { signal }));
    expect(await profile('nobody')).toMatchObject({ code: 'NOT_FOUND', remedy: 'NONE' });
    expect(await profile('ada')).toMatchObject({ code: 'ACCOUNT_SUSPENDED', remedy: 'NONE' });
    const found = await x.profile({ handle: 'bob', platformId: null }, { signal });
    expect(found.account.protected).toBe(true);
    const page = (target: FetchTarget) => failing(x.page(target, everything, { signal }));
    expect(await page(timeline())).toMatchObject({ code: 'ACCOUNT_SUSPENDED', remedy: 'NONE' });
    expect(await page(timeline({ platformId: bob.id, protected: true }))).toMatchObject({
      code: 'ACCOUNT_PROTECTED',
      remedy: 'NONE',
    });
  });

  test('a follower reads a protected account', async () => {
    const { x } = await open({ users: [{ ...ada, protected: true }], posts: posts(2) });
    expect(idsOf(await walk(x, timeline({ protected: true })))).toHaveLength(2);
  });
});

describe('failures', () => {
  const reset = Math.ceil(now / 1_000) + 120;
  const limit = (remaining: number) => ({
    'x-rate-limit-remaining': String(remaining),
    'x-rate-limit-reset': String(reset),
  });
  const next = { code: 'PROVIDER_UNAVAILABLE', remedy: 'NEXT' };
  const retry = { code: 'PROVIDER_UNAVAILABLE', remedy: 'RETRY' };
  const limited = { code: 'RATE_LIMITED', remedy: 'NEXT', retryAt: new Date(reset * 1_000) };
  const cases: [string, FakeFault, object][] = [
    ['429 without requests left', { status: 429, headers: limit(0) }, limited],
    ['429 with requests left', { status: 429, headers: limit(30) }, limited],
    [
      '401',
      { status: 401, body: { errors: [{ code: 32, message: 'no' }] } },
      { ...next, message: /renew X_SCRAPER_COOKIES/ },
    ],
    ['403', { status: 403 }, { ...next, message: /renew X_SCRAPER_COOKIES/ }],
    ['404', { status: 404 }, { ...next, message: /older than X's site/ }],
    ['418', { status: 418 }, next],
    ['a redirect to the login', { status: 302, headers: { location: '/login' } }, next],
    ['503 in HTML', { status: 503, body: '<html>Over capacity</html>' }, retry],
    ['HTML', 'html', retry],
    ['malformed JSON', { status: 200, body: '{"data": {"user"' }, retry],
    ['JSON that is no object', { status: 200, body: '[]' }, retry],
    ['a body that is cut off', 'cut', retry],
    ['a connection that is reset', 'reset', retry],
    ['an answer that never comes', 'hang', retry],
    [
      'errors in place of data',
      { status: 200, body: { errors: [{ message: 'Denied', code: 37 }] } },
      { ...next, message: /Denied/ },
    ],
    [
      'the count told inside',
      { status: 200, body: { errors: [{ message: 'x', code: 88 }], data: {} } },
      { code: 'RATE_LIMITED' },
    ],
    [
      'another shape',
      { status: 200, body: { data: { user: { result: { timeline: { timeline: {} } } } } } },
      { ...next, message: /timeline\.timeline\.instructions/ },
    ],
  ];
  test.each(cases)('%s', async (_, fault, expected) => {
    const { fake, x } = await open({ posts: posts(3) }, fault === 'hang' ? { requestTimeoutMs: 2_000 } : {});
    fake.faults.push(fault);
    const error = await failing(x.page(timeline(), everything, { signal }));
    const { message, ...facts } = { message: /^ProviderError: (?!X_SCRAPER)/, ...expected };
    expect(error).toMatchObject({ name: 'ProviderError', provider: 'X_SCRAPER', ...facts });
    expect(String(error)).toMatch(message);
    expect(fake.requests).toHaveLength(1);
    expect(idsOf(await walk(x, timeline()))).toHaveLength(3);
  });

  test('a bad query is reported as one', async () => {
    const { fake, x } = await open();
    const message = 'BadRequest: Raw query length 2268 exceeds max allowed 512';
    const body = { errors: [{ message, code: 214, kind: 'Validation' }], data: {} };
    fake.faults.push({ status: 200, body });
    const error = await failing(x.page({ kind: 'search', query: 'a' }, everything, { signal }));
    expect(error).toMatchObject({ code: 'BAD_INPUT', remedy: 'NEXT' });
  });

  test('guests are told to bring cookies', async () => {
    const { fake, x } = await open({ posts: posts(3) }, { cookies: null });
    fake.faults.push({ status: 403 });
    expect(String(await failing(x.page(timeline(), everything, { signal })))).toMatch(
      /set X_SCRAPER_COOKIES/,
    );
  });

  test('cookies of a login that is over are refused', async () => {
    const { x } = await open({ posts: posts(3), cookies: { ...login, auth_token: 'another' } });
    expect(String(await failing(x.page(timeline(), everything, { signal })))).toMatch(/expired: renew/);
  });

  test.each<[string, FakeFault]>([
    ['no data', 'empty'],
    ['no entries', 'no-entries'],
    ['errors', { status: 200, body: { errors: [{ message: 'x', code: 29 }] } }],
  ])('%s where posts are is no success', async (_, fault) => {
    for (const sinceId of [null, idOf(1)]) {
      const { fake, x } = await open({ posts: posts(3) });
      fake.faults.push(fault);
      const page = x.page(timeline({ reportedPosts: 3 }), { ...everything, sinceId }, { signal });
      expect(await failing(page)).toMatchObject(next);
    }
  });

  test('an account without posts has none', async () => {
    const { x } = await open({ posts: [] });
    const [page] = await walk(x, timeline({ reportedPosts: 0 }));
    expect(page).toMatchObject({ posts: [], end: 'REACHED', cursor: null, through: null });
  });

  test('one odd post is set aside, all odd is a change of shape', async () => {
    const odd = { id: idOf(7), userId: ada.id, text: 'odd', legacy: { favorite_count: '12' } };
    const { fake, x } = await open({ posts: [...posts(2), odd] });
    const [page] = await walk(x, timeline());
    expect(page?.posts).toHaveLength(2);
    expect(page?.rejected).toEqual([
      { where: `post ${odd.id}`, reason: expect.stringContaining('legacy.favorite_count') },
    ]);
    fake.setPosts([odd]);
    const error = await failing(x.page(timeline(), everything, { signal }));
    expect(error).toMatchObject(next);
    expect(String(error)).toContain('legacy.favorite_count');
  });

  test.each<[FakeFault, number]>([
    ['no-bottom', 40],
    ['same-cursor', 40],
    ['repeat', 20],
  ])('a second page with %s ends the walk', async (fault, count) => {
    const { fake, x } = await open({ posts: posts(60) });
    fake.faults.push('none', fault);
    const pages = await walk(x, timeline({ reportedPosts: 60 }));
    expect(new Set(idsOf(pages)).size).toBe(count);
    expect(pages).toHaveLength(2);
    expect(pages.at(-1)?.end).toBe('LIMIT');
  });
});

describe('limits', () => {
  test('are known for each operation until X counts anew', async () => {
    let time = now;
    const resetAt = now + 60_000;
    const { x } = await open({ posts: posts(3), rateLimit: { limit: 1, resetAt } }, { now: () => time });
    expect(x.limitedUntil('timeline')).toBeNull();
    await x.page(timeline(), everything, { signal });
    expect(x.limitedUntil('timeline')).toBe(resetAt);
    expect(x.limitedUntil('search')).toBeNull();
    expect(await failing(x.page(timeline(), everything, { signal }))).toMatchObject({
      code: 'RATE_LIMITED',
      retryAt: new Date(resetAt),
    });
    time = resetAt;
    expect(x.limitedUntil('timeline')).toBeNull();
  });

  test('keep requests apart, whoever asks', async () => {
    let time = now;
    const starts: number[] = [];
    const { fake, x } = await open(
      { posts: posts(45) },
      {
        spacingMs: 2_000,
        robots: 'respect',
        now: () => time,
        sleep: async (ms) => {
          time += ms;
          starts.push(time - now);
        },
      },
    );
    await Promise.all([walk(x, timeline()), x.profile({ handle: 'ada', platformId: null }, { signal })]);
    expect(fake.requests.map(({ operation }) => operation)[0]).toBe('robots.txt');
    expect(starts).toEqual([2_000, 4_000, 6_000, 8_000, 10_000]);
    expect(fake.requests).toHaveLength(6);
  });

  test('wait on the clock where no other is given', async () => {
    const { fake, x } = await open({ posts: posts(25) }, { spacingMs: 150, now: Date.now });
    const begun = performance.now();
    await walk(x, timeline());
    expect(fake.requests).toHaveLength(3);
    // A timer may fire a millisecond early.
    expect(performance.now() - begun).toBeGreaterThanOrEqual(2 * 150 - 5);
  });
});

describe('robots.txt', () => {
  const ask = (x: FetchProvider) => failing(x.page(timeline(), everything, { signal }));
  const operations = (fake: FakeXWeb) => fake.requests.map(({ operation }) => operation);

  test.each(['allow', 'missing'] as const)('%s: is read once an hour', async (robots) => {
    let time = now;
    const { fake, x } = await open({ posts: posts(3), robots }, { robots: 'respect', now: () => time });
    await ask(x);
    await ask(x);
    time += 3_600_000;
    await ask(x);
    expect(operations(fake)).toEqual([
      'robots.txt',
      'UserTweetsAndReplies',
      'UserTweetsAndReplies',
      'robots.txt',
      'UserTweetsAndReplies',
    ]);
    expect(fake.requests[0]?.headers['user-agent']).toBe('larkstat');
  });

  test.each(['forbid', 'forbid-larkstat', 'broken'] as const)('%s: nothing is asked', async (robots) => {
    const { fake, x } = await open({ posts: posts(3), robots }, { robots: 'respect' });
    const error = await ask(x);
    expect(error).toMatchObject({ code: 'PROVIDER_UNAVAILABLE', remedy: 'NEXT' });
    expect(String(error)).toContain('X_SCRAPER_ROBOTS=ignore');
    expect(operations(fake)).toEqual(['robots.txt']);
  });

  test('is not read where it is to be ignored', async () => {
    const { fake, x } = await open({ posts: posts(3), robots: 'forbid' });
    await ask(x);
    expect(operations(fake)).toEqual(['UserTweetsAndReplies']);
  });
});

describe('an abort', () => {
  const reason = new Error('the job was cancelled');

  test('ends a request with its own reason', async () => {
    const { fake, x } = await open({ posts: posts(3) });
    fake.faults.push('hang');
    const abort = new AbortController();
    const page = failing(x.page(timeline(), everything, { signal: abort.signal }));
    await expect.poll(() => fake.requests.length).toBe(1);
    abort.abort(reason);
    expect(await page).toBe(reason);
  });

  test('ends the wait for a turn, and harms nobody else', async () => {
    const { fake, x } = await open({ posts: posts(3) }, { spacingMs: 60_000 });
    const abort = new AbortController();
    await x.page(timeline(), everything, { signal });
    const [waiting, queued] = [0, 1].map(() =>
      failing(x.page(timeline(), everything, { signal: abort.signal })),
    );
    abort.abort(reason);
    expect(await waiting).toBe(reason);
    expect(await queued).toBe(reason);
    expect(fake.requests).toHaveLength(1);
    expect(await failing(x.page(timeline(), everything, { signal: abort.signal }))).toBe(reason);
  });
});

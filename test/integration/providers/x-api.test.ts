import { afterEach, describe, expect, test } from 'vitest';
import type {
  FetchedPage,
  FetchProvider,
  FetchTarget,
  Reach,
} from '../../../src/providers/fetch-provider.ts';
import { ProviderError } from '../../../src/providers/provider-error.ts';
import { createXApi, type XApiOptions } from '../../../src/providers/x-api/provider.ts';
import { parseRaw } from '../../../src/providers/x-api/raw.ts';
import type { AccountProfile } from '../../../src/shared/post.ts';
import {
  changed,
  emptySuccess,
  type FakeXApi,
  type FakeXApiOptions,
  repeatedPage,
  sameToken,
  startFakeXApi,
} from '../../support/fake-x-api.ts';
import { type Fault, postsOf, type XPost, type XUser, xIdAt } from '../../support/fake-x-world.ts';

const now = Date.UTC(2026, 10, 21, 10);
const day = 86_400_000;
const ada: XUser = { id: '4242', handle: 'ada', name: 'Ada &amp; co', followers: 12, following: 7 };
const bob: XUser = { id: '77', handle: 'bob' };
const account: AccountProfile = {
  platform: 'X',
  platformId: '4242',
  handle: 'ada',
  displayName: 'Ada & co',
  description: null,
  avatarUrl: null,
  verified: null,
  protected: null,
  joinedAt: null,
  followers: null,
  following: null,
  reportedPosts: null,
  observedAt: now - day,
};
const timeline: FetchTarget = { kind: 'timeline', account };
const all: Reach = { sinceId: null, untilId: null, cursor: null, want: null };
const call = { signal: new AbortController().signal };

const fakes: FakeXApi[] = [];
afterEach(async () => {
  await Promise.all(fakes.splice(0).map((fake) => fake.close()));
});

async function start(
  posts: readonly XPost[],
  options: Partial<FakeXApiOptions> & { readonly provider?: Partial<XApiOptions> } = {},
): Promise<{ fake: FakeXApi; api: FetchProvider }> {
  const fake = await startFakeXApi({ users: [ada, bob], posts, now: () => now, ...options });
  fakes.push(fake);
  const api = createXApi({
    bearerToken: fake.token,
    baseUrl: fake.url,
    now: () => now,
    ...options.provider,
  });
  return { fake, api };
}

/** Every page of a target, to the last. */
async function walk(api: FetchProvider, target: FetchTarget, reach: Reach): Promise<FetchedPage[]> {
  const pages: FetchedPage[] = [];
  for (let cursor = reach.cursor; ; ) {
    const page = await api.page(target, { ...reach, cursor }, call);
    pages.push(page);
    cursor = page.cursor;
    if (cursor === null) return pages;
    if (pages.length > 100) throw new Error('a walk without end');
  }
}

const idsOf = (pages: readonly FetchedPage[]) =>
  pages.flatMap(({ posts }) => posts.map(({ platformId }) => platformId));
const newest = (count: number) => postsOf('4242', count, { newestAt: now - 60_000 });

async function failureOf(promise: Promise<unknown>): Promise<ProviderError> {
  const outcome = await promise.then(
    () => new Error('it did not fail'),
    (error: unknown) => error,
  );
  if (outcome instanceof ProviderError) return outcome;
  throw outcome;
}

describe('a timeline', () => {
  test.each([7, 23, 100, null])('visits every post once with %s a page', async (want) => {
    const posts = newest(250);
    const { api } = await start(posts);
    const pages = await walk(api, timeline, { ...all, want });
    expect(idsOf(pages)).toEqual(posts.map(({ id }) => id));
    expect(pages.map(({ end }) => end).filter((end) => end !== null)).toEqual(['REACHED']);
    expect(pages.map(({ through }) => through)).toEqual(pages.map(({ posts }) => posts.at(-1)?.platformId));
  });

  test('gives what lies between sinceId and untilId', async () => {
    const posts = newest(250);
    const { api } = await start(posts);
    const reach = { ...all, sinceId: posts[200]?.id ?? '', untilId: posts[20]?.id ?? '', want: 50 };
    expect(idsOf(await walk(api, timeline, reach))).toEqual(posts.slice(21, 200).map(({ id }) => id));
  });

  test('is taken over from another provider at an id', async () => {
    const posts = newest(30);
    const { api } = await start(posts);
    const first = await api.page(timeline, { ...all, want: 10 }, call);
    const rest = await walk(api, timeline, { ...all, untilId: first.through });
    expect(idsOf([first, ...rest])).toEqual(posts.map(({ id }) => id));
  });

  test('goes on while the caller lowers untilId', async () => {
    const posts = newest(30);
    const { api } = await start(posts);
    const first = await api.page(timeline, { ...all, want: 10 }, call);
    const next = { ...all, want: 10, cursor: first.cursor, untilId: first.through };
    expect(idsOf([await api.page(timeline, next, call)])).toEqual(posts.slice(10, 20).map(({ id }) => id));
  });

  test('begins again at untilId when the cursor is forgotten', async () => {
    const posts = newest(30);
    const { api, fake } = await start(posts);
    const cursor = JSON.stringify({ token: 'long gone', sinceId: null, untilId: null, seen: 10 });
    const page = await api.page(timeline, { ...all, cursor, untilId: posts[9]?.id ?? '' }, call);
    expect(idsOf([page])).toEqual(posts.slice(10).map(({ id }) => id));
    expect(page.cost.requests).toBe(2);
    expect(fake.requests.map(({ query }) => query.pagination_token)).toEqual(['long gone', undefined]);
  });

  test('begins again when the cursor is not its own', async () => {
    const posts = newest(3);
    const { api } = await start(posts);
    expect(idsOf([await api.page(timeline, { ...all, cursor: 'cursor of another' }, call)])).toHaveLength(3);
  });

  test('of 3,500 posts ends at the limit of 3,200', async () => {
    const posts = newest(3_500);
    const { api } = await start(posts);
    const target = { kind: 'timeline', account: { ...account, reportedPosts: 3_500 } } as const;
    const pages = await walk(api, target, all);
    expect(idsOf(pages)).toEqual(posts.slice(0, 3_200).map(({ id }) => id));
    expect(pages.at(-1)?.end).toBe('LIMIT');
    const recent = await walk(api, target, { ...all, sinceId: posts[150]?.id ?? '' });
    expect(recent.at(-1)?.end).toBe('REACHED');
    const tooOld = await walk(api, target, { ...all, sinceId: posts[3_400]?.id ?? '' });
    expect(tooOld.at(-1)?.end).toBe('LIMIT');
  });

  test('goes on over a page of deleted posts', async () => {
    const posts = newest(30).map(
      (post, index): XPost => (index >= 10 && index < 20 ? { ...post, gone: 'deleted' } : post),
    );
    const { api } = await start(posts);
    const pages = await walk(api, timeline, { ...all, want: 10 });
    expect(pages.map((page) => page.posts.length)).toEqual([10, 0, 10]);
    expect(pages[1]).toMatchObject({ through: null, end: null, cursor: expect.any(String) });
  });

  test('of an account whose id is unknown looks the id up', async () => {
    const { api, fake } = await start(newest(3));
    const page = await api.page({ kind: 'timeline', account: { ...account, platformId: null } }, all, call);
    expect(page.posts.map(({ own }) => own)).toEqual([true, true, true]);
    expect(page.cost).toMatchObject({ requests: 2, users: 1 });
    expect(fake.requests.map(({ path }) => path)).toEqual([
      '/2/users/by/username/ada',
      '/2/users/4242/tweets',
    ]);
  });

  test('without posts has reached its end', async () => {
    const { api } = await start([]);
    expect(await api.page(timeline, all, call)).toMatchObject({
      posts: [],
      cursor: null,
      through: null,
      end: 'REACHED',
    });
  });

  test('an empty success is passed on as it came', async () => {
    const { api, fake } = await start(newest(3));
    fake.faults.push(emptySuccess());
    expect(await api.page(timeline, all, call)).toMatchObject({ posts: [], end: 'REACHED', cursor: null });
  });

  test('a page that comes again leads no further than the reach', async () => {
    const posts = newest(30);
    const { api, fake } = await start(posts);
    const first = await api.page(timeline, { ...all, want: 10 }, call);
    fake.faults.push(repeatedPage());
    const again = { ...all, want: 10, cursor: first.cursor, untilId: first.through };
    expect(await api.page(timeline, again, call)).toMatchObject({ posts: [], through: null });
  });

  test('a cursor that leads to itself is an error', async () => {
    const { api, fake } = await start(newest(30));
    fake.faults.push({ kind: 'none' });
    const first = await api.page(timeline, { ...all, want: 10 }, call);
    const { token } = JSON.parse(first.cursor ?? '') as { token: string };
    fake.faults.push(sameToken(token));
    const failure = await failureOf(api.page(timeline, { ...all, want: 10, cursor: first.cursor }, call));
    expect(failure).toMatchObject({ code: 'PROVIDER_UNAVAILABLE', remedy: 'NEXT' });
  });
});

describe('search', () => {
  const target: FetchTarget = { kind: 'search', query: 'post' };

  test('visits every match of the last week and says that it knows no more', async () => {
    const posts = postsOf('77', 100, { newestAt: now - 60_000, everyMs: day / 10 });
    const { api } = await start(posts);
    const pages = await walk(api, target, { ...all, want: 7 });
    expect(idsOf(pages)).toEqual(posts.slice(0, 70).map(({ id }) => id));
    expect(pages.at(-1)?.end).toBe('LIMIT');
    expect(pages[0]?.posts.every(({ own }) => own)).toBe(true);
  });

  test('back to an id of this week has reached it', async () => {
    const posts = postsOf('77', 60, { newestAt: now - 60_000, everyMs: day / 10 });
    const { api } = await start(posts);
    const pages = await walk(api, target, { ...all, sinceId: posts[33]?.id ?? '' });
    expect(idsOf(pages)).toEqual(posts.slice(0, 33).map(({ id }) => id));
    expect(pages.at(-1)?.end).toBe('REACHED');
  });

  test('back to an id of before the window leaves it out', async () => {
    const posts = postsOf('77', 60, { newestAt: now - 60_000, everyMs: day / 10 });
    const { api, fake } = await start(posts);
    const pages = await walk(api, target, { ...all, sinceId: xIdAt(now - 30 * day), want: 50 });
    expect(idsOf(pages)).toHaveLength(60);
    expect(pages.map(({ cost }) => cost.requests)).toEqual([2, 1]);
    expect(pages.at(-1)?.end).toBe('LIMIT');
    expect(fake.requests.at(-1)?.query.since_id).toBeUndefined();
  });

  test('of nothing but what is too old gives nothing', async () => {
    const { api } = await start(postsOf('77', 10, { newestAt: now - 30 * day }));
    const page = await api.page(target, { ...all, untilId: xIdAt(now - 20 * day) }, call);
    expect(page).toMatchObject({ posts: [], cursor: null, end: 'LIMIT', cost: { requests: 1 } });
  });

  test('that the API does not understand is bad input', async () => {
    const { api } = await start([]);
    const failure = await failureOf(api.page({ kind: 'search', query: 'min_faves:5 a' }, all, call));
    expect(failure).toMatchObject({ code: 'BAD_INPUT', remedy: 'NEXT' });
    expect(failure.message).toContain('min_faves');
  });
});

test('replies of any depth are found, with the own ones marked', async () => {
  const root = xIdAt(now - 2 * day);
  const reply = (minute: number, authorId: string, to: string): XPost => ({
    id: xIdAt(now - day + minute * 60_000),
    authorId,
    text: `@ada reply ${minute}`,
    conversationId: root,
    replyTo: { postId: to, authorId: '4242' },
  });
  const first = reply(1, '77', root);
  const second = reply(2, '4242', first.id);
  const posts: XPost[] = [{ id: root, authorId: '4242', text: 'root' }, first, second, ...newest(5)];
  const { api } = await start(posts);
  const page = await api.page({ kind: 'replies', rootId: root, account }, all, call);
  expect(page.posts.map(({ platformId, own, kind }) => [platformId, own, kind])).toEqual([
    [second.id, true, 'REPLY'],
    [first.id, false, 'REPLY'],
  ]);
  expect(page.end).toBe('REACHED');
  const old = { kind: 'replies', rootId: xIdAt(now - 9 * day), account } as const;
  expect((await api.page(old, all, call)).end).toBe('LIMIT');
});

const long = `${'very long '.repeat(2_499)}&amp; #end`;
const someOfEach: readonly XPost[] = [
  { id: xIdAt(now - 1_000), authorId: '4242', text: long, lang: 'und' },
  {
    id: xIdAt(now - 2_000),
    authorId: '4242',
    text: '👋 &lt;3 #hello $TWTR @bob https://t.co/aaaaaaaaaa https://t.co/bbbbbbbbbb',
    links: [{ url: 'https://t.co/aaaaaaaaaa', expanded: 'https://example.org/?a=1' }],
    media: [
      {
        key: '7_1',
        type: 'video',
        url: 'https://pbs.twimg.com/still.jpg',
        link: 'https://t.co/bbbbbbbbbb',
        variants: [
          { url: 'https://video.twimg.com/a.m3u8', type: 'application/x-mpegURL' },
          { url: 'https://video.twimg.com/low.mp4', type: 'video/mp4', bitRate: 1_000 },
          { url: 'https://video.twimg.com/high.mp4', type: 'video/mp4', bitRate: 2_000 },
        ],
      },
    ],
    metrics: { likes: 5, reposts: 4, replies: 3, quotes: 2, bookmarks: 1, impressions: 99 },
  },
  { id: xIdAt(now - 3_000), authorId: '4242', text: '', repostOf: xIdAt(now - 8_000) },
  {
    id: xIdAt(now - 4_000),
    authorId: '4242',
    text: 'a quoting reply',
    conversationId: xIdAt(now - 8_000),
    replyTo: { postId: xIdAt(now - 8_000), authorId: '77' },
    quoteOf: xIdAt(now - 9_000),
  },
  {
    id: xIdAt(now - 5_000),
    authorId: '4242',
    text: 'third try',
    versions: [xIdAt(now - 7_000), xIdAt(now - 6_000)],
  },
  {
    id: xIdAt(now - 8_000),
    authorId: '77',
    text: `the original ${'word '.repeat(60)}#last`,
    metrics: { reposts: 9 },
  },
  { id: xIdAt(now - 9_000), authorId: '77', text: 'quoted' },
];

describe.each([['tweet'], ['post']] as const)('in the vocabulary of "%s"', (wording) => {
  test('every kind of post is read, and its payload again', async () => {
    const { api } = await start(someOfEach, { wordings: [wording] });
    const page = await api.page(timeline, all, call);
    const [longPost, film, repost, reply, edited] = page.posts;
    expect(page.posts).toHaveLength(5);
    expect(page.rejected).toEqual([]);
    expect(longPost?.text).toHaveLength(25_000 - 4);
    expect(longPost).toMatchObject({ language: null, kind: 'ORIGINAL', entities: { hashtags: ['end'] } });
    expect(film).toMatchObject({
      text: '👋 <3 #hello $TWTR @bob https://example.org/?a=1',
      entities: {
        hashtags: ['hello'],
        cashtags: ['TWTR'],
        mentions: ['bob'],
        urls: ['https://example.org/?a=1'],
      },
      media: [
        {
          kind: 'VIDEO',
          url: 'https://video.twimg.com/high.mp4',
          previewUrl: 'https://pbs.twimg.com/still.jpg',
          alt: null,
        },
      ],
      metrics: { likes: 5, reposts: 4, replies: 3, quotes: 2, bookmarks: 1, impressions: 99 },
      createdAt: now - 2_000,
      observedAt: now,
      client: 'Twitter Web App',
      author: { platformId: '4242', handle: 'ada', displayName: 'Ada & co' },
    });
    expect(repost).toMatchObject({
      kind: 'REPOST',
      repostOf: { handle: 'bob', postId: xIdAt(now - 8_000) },
      text: `RT @bob: the original ${'word '.repeat(60)}#last`,
      entities: { hashtags: ['last'] },
      metrics: { likes: null, reposts: null },
      replyTo: null,
    });
    expect(reply).toMatchObject({
      kind: 'REPLY',
      replyTo: { postId: xIdAt(now - 8_000), authorId: '77', handle: 'bob' },
      quoteOf: xIdAt(now - 9_000),
    });
    expect(edited?.platformId).toBe(xIdAt(now - 5_000));
    const versions = [7_000, 6_000, 5_000].map((ago) => xIdAt(now - ago));
    expect(page).toMatchObject({ deleted: [], edits: [versions] });
    for (const post of page.posts) expect(parseRaw(String(post.raw), account)).toEqual(post);
  });

  test('the vocabulary that was taken is kept', async () => {
    const { api, fake } = await start(someOfEach, { wordings: [wording] });
    const first = await api.page(timeline, all, call);
    const second = await api.lookup([someOfEach[1]?.id ?? ''], account, call);
    expect([first.cost.requests, second.cost.requests]).toEqual(wording === 'tweet' ? [1, 1] : [2, 1]);
    expect(`${wording}.fields` in (fake.requests.at(-1)?.query ?? {})).toBe(true);
  });
});

test('a refusal for another reason is passed on as it was', async () => {
  const { api, fake } = await start(newest(3));
  const body = {
    title: 'Invalid Request',
    detail: 'No.',
    type: 'https://api.x.com/2/problems/invalid-request',
  };
  fake.faults.push({ kind: 'answer', status: 400, body, times: 2 });
  const failure = await failureOf(api.page(timeline, all, call));
  expect(failure).toMatchObject({ code: 'PROVIDER_UNAVAILABLE', remedy: 'NEXT' });
  expect(failure.message).toContain('No.');
});

test('an older version beside a newer one is left out', async () => {
  const old = xIdAt(now - 5_000);
  const edited: XPost = { id: xIdAt(now - 4_000), authorId: '4242', text: 'b', versions: [old] };
  const { api } = await start([edited, { id: old, authorId: '4242', text: 'a' }]);
  const page = await api.page(timeline, all, call);
  expect(idsOf([page])).toEqual([edited.id]);
  expect(page).toMatchObject({ deleted: [], edits: [[old, edited.id]] });
  // Also one that is older than the requested ones.
  const later = await api.page(timeline, { ...all, sinceId: old }, call);
  expect(later).toMatchObject({ deleted: [], edits: [[old, edited.id]] });
});

test('cost counts the posts that came along, each once', async () => {
  const { api } = await start(someOfEach);
  const { cost } = await api.page(timeline, all, call);
  expect([...cost.postIds].sort()).toEqual(someOfEach.map(({ id }) => id).sort());
  expect(cost).toMatchObject({ requests: 1, users: 0 });
});

test('a referenced post that was deleted is reported, a hidden one is not', async () => {
  const [gone, hidden] = [xIdAt(now - 9_000), xIdAt(now - 8_000)];
  const to = (postId: string, at: number): XPost => ({
    id: xIdAt(at),
    authorId: '4242',
    text: 'reply',
    replyTo: { postId, authorId: '77' },
  });
  const { api } = await start([
    { id: gone, authorId: '77', text: 'x', gone: 'deleted' },
    { id: hidden, authorId: '77', text: 'x', gone: 'hidden' },
    to(gone, now - 2_000),
    to(hidden, now - 1_000),
  ]);
  const page = await api.page(timeline, all, call);
  expect(page.posts.map(({ replyTo }) => replyTo?.postId)).toEqual([hidden, gone]);
  expect(page.deleted).toEqual([gone]);
});

describe('look-up', () => {
  test('returns posts and deleted ones, and leaves out the hidden', async () => {
    const [live, deleted, hidden] = newest(3) as [XPost, XPost, XPost];
    const { api } = await start([live, { ...deleted, gone: 'deleted' }, { ...hidden, gone: 'hidden' }]);
    const found = await api.lookup([live.id, deleted.id, hidden.id, '5'], account, call);
    expect(found.posts.map(({ platformId }) => platformId)).toEqual([live.id]);
    expect(found.deleted).toEqual([deleted.id, '5']);
    expect(found.cost).toEqual({ requests: 1, postIds: [live.id], users: 0 });
  });

  test('of deleted posts alone is no error', async () => {
    const { api } = await start([]);
    expect(await api.lookup(['5', '6'], null, call)).toMatchObject({ posts: [], deleted: ['5', '6'] });
  });

  test('of a version that was edited since has it and the later one', async () => {
    const id = xIdAt(now - 5_000);
    const { api, fake } = await start([{ id, authorId: '4242', text: 'a' }]);
    fake.faults.push(
      changed((body) => ({
        ...body,
        data: (body.data as object[]).map((post) => ({
          ...post,
          edit_history_tweet_ids: [id, xIdAt(now - 4_000)],
        })),
      })),
    );
    expect(await api.lookup([id], account, call)).toMatchObject({
      posts: [{ platformId: id }],
      deleted: [],
      edits: [[id, xIdAt(now - 4_000)]],
    });
  });

  test('takes 100 ids and no more', async () => {
    const posts = newest(101);
    const { api } = await start(posts);
    const ids = posts.map(({ id }) => id);
    expect((await api.lookup(ids.slice(1), account, call)).posts).toHaveLength(100);
    await expect(api.lookup(ids, account, call)).rejects.toThrow('a lookup takes 100');
  });

  test('own posts are those of the account, or all without one', async () => {
    const [mine] = newest(1) as [XPost];
    const theirs: XPost = { id: xIdAt(now - 9_000), authorId: '77', text: 'x' };
    const { api } = await start([mine, theirs]);
    const own = async (of: AccountProfile | null) =>
      (await api.lookup([mine.id, theirs.id], of, call)).posts.map((post) => [post.platformId, post.own]);
    expect(await own(account)).toEqual(
      [
        [theirs.id, false],
        [mine.id, true],
      ].sort((a, b) => (String(a[0]) < String(b[0]) ? 1 : -1)),
    );
    expect((await own(null)).map(([, isOwn]) => isOwn)).toEqual([true, true]);
  });
});

describe('profile', () => {
  test('is asked for by the id where it is known', async () => {
    const { api, fake } = await start(newest(3));
    const { account: found, cost } = await api.profile({ handle: 'old_name', platformId: '4242' }, call);
    expect(found).toEqual({
      platform: 'X',
      platformId: '4242',
      handle: 'ada',
      displayName: 'Ada & co',
      description: '',
      avatarUrl: 'https://pbs.twimg.com/profile_images/1/a_normal.jpg',
      verified: false,
      protected: false,
      joinedAt: Date.UTC(2015, 0, 1),
      followers: 12,
      following: 7,
      reportedPosts: 3,
      observedAt: now,
    });
    expect(cost).toEqual({ requests: 1, postIds: [], users: 1 });
    await api.profile({ handle: 'ADA', platformId: null }, call);
    expect(fake.requests.map(({ path }) => path)).toEqual(['/2/users/4242', '/2/users/by/username/ADA']);
  });

  test.each([
    ['nobody', 'NOT_FOUND'],
    ['badguy', 'ACCOUNT_SUSPENDED'],
  ])('of @%s fails with %s', async (handle, code) => {
    const { api } = await start([], { users: [{ id: '9', handle: 'badguy', state: 'suspended' }] });
    const failure = await failureOf(api.profile({ handle, platformId: null }, call));
    expect(failure).toMatchObject({ provider: 'X_API', code, remedy: 'NONE' });
  });

  test.each([
    ['protected', 'ACCOUNT_PROTECTED'],
    ['suspended', 'ACCOUNT_SUSPENDED'],
  ] as const)('a timeline of a %s account fails with %s', async (state, code) => {
    const { api } = await start([], { users: [{ ...ada, state }] });
    expect(await failureOf(api.page(timeline, all, call))).toMatchObject({ code, remedy: 'NONE' });
  });
});

describe('what goes wrong', () => {
  const reset = Math.floor(now / 1_000) + 300;
  const told = {
    'x-rate-limit-limit': '1',
    'x-rate-limit-remaining': '0',
    'x-rate-limit-reset': String(reset),
  };
  const tooMany = {
    title: 'Too Many Requests',
    detail: 'Too Many Requests',
    type: 'about:blank',
    status: 429,
  };
  const answer = (status: number, body: object | string, headers = {}): Fault => ({
    kind: 'answer',
    status,
    body,
    headers,
  });
  const capped = {
    title: 'UsageCapExceeded',
    detail: 'Usage cap exceeded: Monthly product cap',
    type: 'https://api.x.com/2/problems/usage-capped',
    period: 'Monthly',
  };
  const credits = (title: string, more: object = {}) => ({
    account_id: 1,
    title,
    detail: 'Your enrolled account [1] does not have any credits.',
    type: 'https://api.twitter.com/2/problems/credits',
    ...more,
  });
  const forbidden = {
    title: 'Client Forbidden',
    type: 'https://api.twitter.com/2/problems/client-forbidden',
  };

  test.each<[string, Fault, string, string, number | null]>([
    ['a limit with its end', answer(429, tooMany, told), 'RATE_LIMITED', 'NEXT', reset * 1_000],
    ['a limit without its end', answer(429, tooMany), 'RATE_LIMITED', 'NEXT', now + 900_000],
    ['a used up cap', answer(429, capped, told), 'BUDGET_EXCEEDED', 'NEXT', null],
    ['no credits', answer(402, credits('CreditsDepleted'), told), 'BUDGET_EXCEEDED', 'NEXT', null],
    [
      'a spending cap',
      answer(403, credits('SpendCapReached', { reset_date: '2026-12-01' })),
      'BUDGET_EXCEEDED',
      'NEXT',
      Date.UTC(2026, 11, 1),
    ],
    ['a refused key', answer(401, { title: 'Unauthorized' }), 'PROVIDER_UNAVAILABLE', 'NEXT', null],
    ['an app without rights', answer(403, forbidden), 'PROVIDER_UNAVAILABLE', 'NEXT', null],
    [
      'an unknown path',
      answer(404, { title: 'Not Found', type: 'about:blank' }),
      'PROVIDER_UNAVAILABLE',
      'NEXT',
      null,
    ],
    ['a broken server', answer(500, { title: 'Internal' }), 'PROVIDER_UNAVAILABLE', 'RETRY', null],
    ['a page for people', { kind: 'html', status: 503 }, 'PROVIDER_UNAVAILABLE', 'RETRY', null],
    ['a page for people that says 200', { kind: 'html' }, 'PROVIDER_UNAVAILABLE', 'RETRY', null],
    ['an empty body', answer(200, ''), 'PROVIDER_UNAVAILABLE', 'RETRY', null],
    [
      'a body that is not packed as it says',
      answer(200, 'plain', { 'content-encoding': 'gzip', 'content-type': 'application/json' }),
      'PROVIDER_UNAVAILABLE',
      'RETRY',
      null,
    ],
    ['half an answer', { kind: 'cut' }, 'PROVIDER_UNAVAILABLE', 'RETRY', null],
    ['JSON without its end', { kind: 'malformed' }, 'PROVIDER_UNAVAILABLE', 'RETRY', null],
    ['a lost connection', { kind: 'reset' }, 'PROVIDER_UNAVAILABLE', 'RETRY', null],
    ['an object of nothing', answer(200, {}), 'PROVIDER_UNAVAILABLE', 'NEXT', null],
    ['another shape', answer(200, { data: { tweets: [] } }), 'PROVIDER_UNAVAILABLE', 'NEXT', null],
  ])('%s', async (_what, fault, code, remedy, retryAt) => {
    const { api, fake } = await start(newest(3));
    fake.faults.push(fault);
    const failure = await failureOf(api.page(timeline, all, call));
    expect(failure).toMatchObject({ provider: 'X_API', code, remedy });
    expect(failure.retryAt?.getTime() ?? null).toBe(retryAt);
    expect((await api.page(timeline, all, call)).posts).toHaveLength(3);
  });

  test('a wrong token is reported without showing it', async () => {
    const { api } = await start([], { provider: { bearerToken: 'not the token' } });
    const failure = await failureOf(api.page(timeline, all, call));
    expect(failure.message).toContain('X_BEARER_TOKEN');
    expect(failure.cause).toBeUndefined();
    expect(`${failure.message}${failure.stack}`).not.toContain('not the token');
  });

  test('a server that is not there is worth another try', async () => {
    const { api, fake } = await start([]);
    await fake.close();
    const failure = await failureOf(api.page(timeline, all, call));
    expect(failure).toMatchObject({ code: 'PROVIDER_UNAVAILABLE', remedy: 'RETRY' });
    expect(failure.message).toContain('ECONNREFUSED');
  });

  test.each(['hang', 'stall'] as const)('an answer that does not end is cut off: %s', async (kind) => {
    const { api, fake } = await start(newest(3), { provider: { requestTimeoutMs: 50 } });
    fake.faults.push({ kind });
    const failure = await failureOf(api.page(timeline, all, call));
    expect(failure).toMatchObject({ code: 'PROVIDER_UNAVAILABLE', remedy: 'RETRY' });
    expect(failure.message).toContain('50 ms');
  });

  test('the caller can cut a request off', async () => {
    const { api, fake } = await start(newest(3));
    fake.faults.push({ kind: 'hang' });
    const controller = new AbortController();
    const reason = new Error('the job was cancelled');
    const asked = api.page(timeline, all, { signal: controller.signal });
    await expect.poll(() => fake.requests.length).toBe(1);
    controller.abort(reason);
    await expect(asked).rejects.toBe(reason);
    await expect(api.page(timeline, all, { signal: controller.signal })).rejects.toBe(reason);
    expect(fake.requests).toHaveLength(1);
  });
});

describe('limits', () => {
  test('are known from the answers, each kind by itself', async () => {
    const { api } = await start(newest(3), { limits: { timeline: 2 } });
    await api.page(timeline, all, call);
    expect(api.limitedUntil('timeline')).toBeNull();
    await api.page(timeline, all, call);
    expect(api.limitedUntil('timeline')).toBe(now + 900_000);
    expect(api.limitedUntil('search')).toBeNull();
    const failure = await failureOf(api.page(timeline, all, call));
    expect(failure).toMatchObject({ code: 'RATE_LIMITED', retryAt: new Date(now + 900_000) });
    expect(api.limitedUntil('timeline')).toBe(now + 900_000);
  });

  test('end with their time', async () => {
    let clock = now;
    const { api } = await start(newest(3), {
      limits: { search: 1 },
      now: () => clock,
      provider: { now: () => clock },
    });
    await api.page({ kind: 'search', query: 'post' }, all, call);
    expect(api.limitedUntil('replies')).toBe(now + 900_000);
    clock += 900_000;
    expect(api.limitedUntil('replies')).toBeNull();
    expect((await api.page({ kind: 'search', query: 'post' }, all, call)).posts).toHaveLength(3);
  });
});

describe('an API that changed', () => {
  const inPosts = (change: (post: Record<string, unknown>, index: number) => object) =>
    changed((body) => ({ ...body, data: (body.data as Record<string, unknown>[]).map(change) }));
  const renamedLikes = (post: Record<string, unknown>) => {
    const { like_count, ...others } = post.public_metrics as Record<string, number>;
    return { ...post, public_metrics: { ...others, favourite_count: like_count } };
  };

  test('is an error that names the field', async () => {
    const { api, fake } = await start(newest(3));
    fake.faults.push(inPosts(renamedLikes));
    const failure = await failureOf(api.page(timeline, all, call));
    expect(failure).toMatchObject({ code: 'PROVIDER_UNAVAILABLE', remedy: 'NEXT' });
    expect(failure.message).toContain('data.0.public_metrics.like_count: expected number');
  });

  test.each([
    ['meta', (body: object) => ({ ...body, meta: undefined }), 'meta: expected object'],
    [
      'its token',
      (body: object) => ({ ...body, meta: { result_count: 3, next_token: 7 } }),
      'meta.next_token: ',
    ],
    ['its posts', () => ({ meta: { result_count: 3 } }), 'data: expected array'],
    [
      'its authors',
      (body: { includes?: object }) => ({ ...body, includes: { ...body.includes, users: [{ id: 4242 }] } }),
      'includes.users.0.id: expected string',
    ],
  ])('is an error where %s is strange', async (_what, change, message) => {
    const { api, fake } = await start(newest(3));
    fake.faults.push(changed(change));
    expect((await failureOf(api.page(timeline, all, call))).message).toContain(message);
  });

  test('in one post only, that post is rejected', async () => {
    const posts = newest(3);
    const { api, fake } = await start(posts);
    fake.faults.push(inPosts((post, index) => (index === 2 ? renamedLikes(post) : post)));
    const page = await api.page(timeline, all, call);
    expect(idsOf([page])).toEqual(posts.slice(0, 2).map(({ id }) => id));
    expect(page.rejected).toEqual([
      {
        where: `data.2 (post ${posts[2]?.id})`,
        reason: 'public_metrics.like_count: expected number, received undefined',
      },
    ]);
    expect(page.through).toBe(posts[2]?.id);
  });

  test('a post without an id is rejected, further keys are not minded', async () => {
    const { api, fake } = await start(newest(3));
    fake.faults.push(
      inPosts((post, index) => ({ ...post, id: index === 0 ? undefined : post.id, news: [1] })),
    );
    const page = await api.page(timeline, all, call);
    expect(page.posts).toHaveLength(2);
    expect(page.rejected[0]).toMatchObject({
      where: 'data.0',
      reason: expect.stringContaining('id: expected string'),
    });
  });

  test('posts whose author did not come along are the account’s', async () => {
    const { api, fake } = await start(newest(2));
    fake.faults.push(changed(({ includes, ...body }) => body));
    const { posts } = await api.page(timeline, all, call);
    expect(posts.map(({ author, own }) => [author.handle, own])).toEqual([
      ['ada', true],
      ['ada', true],
    ]);
  });

  test('a match without a known author is rejected', async () => {
    const posts = [...newest(1), { id: xIdAt(now - 5_000), authorId: '77', text: 'post by bob' }];
    const { api, fake } = await start(posts);
    fake.faults.push(
      changed((body) => ({
        ...body,
        includes: { users: (body.includes as { users: XUser[] }).users.filter(({ id }) => id !== '77') },
      })),
    );
    const page = await api.page({ kind: 'search', query: 'post' }, all, call);
    expect(page.posts.map(({ author }) => author.handle)).toEqual(['ada']);
    expect(page.rejected[0]?.reason).toContain('the answer does not include its author 77');
  });

  test('ids beyond what a number can hold stay exact', async () => {
    const id = '9223372036854775807';
    const { api, fake } = await start(newest(1));
    fake.faults.push(inPosts((post) => ({ ...post, id, edit_history_tweet_ids: [id] })));
    const page = await api.page(timeline, all, call);
    expect(page).toMatchObject({ through: id, posts: [{ platformId: id }], cost: { postIds: [id] } });
  });
});

test('a gateway under a path is asked there', async () => {
  const fake = await startFakeXApi({ users: [ada], posts: newest(2), now: () => now });
  fakes.push(fake);
  const api = createXApi({ bearerToken: fake.token, baseUrl: `${fake.url}/gate/x/`, now: () => now });
  expect((await api.page(timeline, all, call)).posts).toHaveLength(2);
  expect(fake.requests.map(({ path }) => path)).toEqual(['/gate/x/2/users/4242/tweets']);
});

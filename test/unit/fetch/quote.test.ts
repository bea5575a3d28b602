import { describe, expect, test } from 'vitest';
import type { QuoteRequest } from '../../../src/shared/fetch-quote.ts';
import { computeQuote, type Known, type KnownStream, type Offer } from '../../../src/fetch/quote.ts';
import type { Fetchable } from '../../../src/shared/fetchable.ts';
import type { FetchProviderName } from '../../../src/providers/fetch-provider.ts';

const day = 86_400_000;
const now = Date.UTC(2026, 10, 21);
const free = { post: 0, ownPost: 0, user: 0, oncePerDay: false };
const prices = {
  X_API: { post: 0.005, ownPost: 0.001, user: 0.01, oncePerDay: true },
  SOCIALDATA: { post: 0.0002, ownPost: 0.0002, user: 0.0002, oncePerDay: false },
  X_SCRAPER: free,
};

const offer = (provider: FetchProviderName, overrides: Partial<Offer> = {}): Offer => ({
  provider,
  price: prices[provider],
  own: false,
  findsReplies: true,
  spacingSeconds: 0,
  budget: null,
  ...overrides,
});

const request = (overrides: Partial<QuoteRequest> = {}): QuoteRequest => ({
  target: { kind: 'account', handle: 'lark' },
  full: false,
  limit: null,
  refresh: 'DUE',
  ...overrides,
});

const nobody: Known = { stored: null, reportedPosts: null };

/** An account that posts twice a day and was last fetched two days ago; nothing recent is refreshed. */
const known = (overrides: Partial<KnownStream> = {}): Known => ({
  reportedPosts: null,
  stored: stored(overrides),
});
const stored = (overrides: Partial<KnownStream> = {}): KnownStream => ({
  storedPosts: 1_000,
  reportedPosts: 1_500,
  oldestAt: now - 500 * day,
  newestAt: now - 2 * day,
  lastMonthPosts: 60,
  refreshed: 0,
  missingReplies: [],
  ...overrides,
});

describe('a quote for an account that is not known', () => {
  test.each<[string, FetchProviderName, Partial<QuoteRequest>, number, number]>([
    ['a first fetch', 'X_API', {}, 200, 3],
    ['a first fetch in small pages', 'SOCIALDATA', {}, 200, 11],
    ['a limit', 'X_API', { limit: 101 }, 101, 3],
    ['a limit of one', 'SOCIALDATA', { limit: 1 }, 1, 2],
    ['a limit beyond its reach', 'X_API', { limit: 10_000 }, 3_200, 33],
    ['a limit where no reach is known', 'SOCIALDATA', { limit: 10_000 }, 10_000, 501],
    ['everything, within its reach', 'X_API', { full: true }, 3_200, 33],
    ['everything, where no reach is known', 'X_SCRAPER', { full: true }, 3_200, 161],
    ['everything up to a limit', 'X_API', { full: true, limit: 150 }, 150, 3],
    ['all of it asked for again, of which there is nothing', 'X_API', { refresh: 'ALL' }, 200, 3],
  ])('of %s by %s', (_, provider, asked, posts, requests) => {
    const quote = computeQuote(offer(provider), nobody, request(asked), now);
    expect(quote).toMatchObject({ posts, requests });
    expect(quote.note).toMatch(/^the account is not known yet: .*estimated for/);
  });

  test.each<[string, FetchProviderName, Partial<QuoteRequest>, number, number, number, string | null]>([
    ['of few posts', 'X_API', {}, 12, 12, 2, null],
    ['of many posts', 'X_API', {}, 5_000, 200, 3, null],
    ['of all posts', 'SOCIALDATA', { full: true }, 5_000, 5_000, 251, null],
    [
      'of more than is given',
      'X_API',
      { full: true },
      5_000,
      3_200,
      33,
      'of 5,000 posts, the newest 3,200 are given',
    ],
    ['up to a limit', 'X_API', { full: true, limit: 30 }, 5_000, 30, 2, null],
    ['of none', 'X_API', { full: true }, 0, 0, 1, null],
  ])('is by its profile: %s (%s)', (_, provider, asked, reportedPosts, posts, requests, note) => {
    const quote = computeQuote(offer(provider), { stored: null, reportedPosts }, request(asked), now);
    expect(quote).toMatchObject({ posts, requests, note });
  });

  test('of a topic needs no profile', () => {
    const asked = request({ target: { kind: 'topic', query: 'sea' }, limit: 5_000 });
    const quote = computeQuote(offer('X_API'), nobody, asked, now);
    expect(quote).toMatchObject({ posts: 5_000, requests: 50, usd: 25 });
    expect(quote.note).toMatch(/^the topic is not known yet/);
  });

  test('says where the number of posts is a guess', () => {
    const { note } = computeQuote(offer('SOCIALDATA'), nobody, request({ full: true }), now);
    expect(note).toMatch(/its number of posts is not known/);
  });
});

describe('a quote for a known account', () => {
  test.each<[string, FetchProviderName, Partial<KnownStream>, Partial<QuoteRequest>, number, number]>([
    ['two days at two posts a day', 'X_API', {}, {}, 4, 2],
    ['at least one post', 'X_API', { newestAt: now }, {}, 1, 2],
    ['at least one post of the silent', 'X_API', { lastMonthPosts: 1, newestAt: now - 5 * day }, {}, 1, 2],
    ['a rate over the days there are', 'X_API', { oldestAt: now - 12 * day, lastMonthPosts: 50 }, {}, 10, 2],
    ['a single day of posts', 'X_API', { oldestAt: now - 2 * day, lastMonthPosts: 7 }, {}, 14, 2],
    ['no more than the limit', 'X_API', {}, { limit: 3 }, 3, 2],
    ['all that is missing', 'SOCIALDATA', {}, { full: true }, 500, 26],
    ['what came since, where nothing else is missing', 'X_API', { storedPosts: 1_600 }, { full: true }, 4, 2],
    ['no more than is given', 'X_API', { reportedPosts: 9_000 }, { full: true }, 3_200, 33],
    ['all, where nobody has counted', 'X_API', { reportedPosts: null }, { full: true }, 3_200, 33],
    ['all up to a limit', 'X_API', { reportedPosts: 9_000 }, { full: true, limit: 250 }, 250, 4],
  ])('expects %s (%s)', (_, provider, account, asked, posts, requests) => {
    const quote = computeQuote(offer(provider), known(account), request(asked), now);
    expect(quote).toMatchObject({ posts, requests });
  });

  test.each<[FetchProviderName, Partial<KnownStream>, RegExp | null]>([
    ['X_API', {}, null],
    ['X_API', { reportedPosts: 9_000 }, /^of 8,000 posts that are missing, the newest 3,200 are given$/],
    ['SOCIALDATA', { reportedPosts: 9_000 }, null],
    ['SOCIALDATA', { reportedPosts: null }, /^its number of posts is not known, estimated for 3,200 posts$/],
  ])('says of a full fetch by %s of %j what cannot be had', (provider, account, note) => {
    const quote = computeQuote(offer(provider), known(account), request({ full: true }), now);
    if (note === null) expect(quote.note).toBeNull();
    else expect(quote.note).toMatch(note);
  });

  const busy = { refreshed: 130, missingReplies: [150, 20, 4, 2, 1] };

  test.each<[FetchProviderName, Partial<Offer>, number, number]>([
    // profile + page + 2 look-ups + 5 searches of a page each
    ['X_API', {}, 4 + 130 + 127, 1 + 1 + 2 + 5],
    ['X_API', { findsReplies: false }, 4 + 130, 1 + 1 + 2],
    // every look-up is one request
    ['SOCIALDATA', {}, 4 + 130 + 47, 1 + 1 + 130 + 5],
    // no look-ups at all
    ['X_SCRAPER', {}, 4 + 47, 1 + 1 + 5],
    ['X_SCRAPER', { findsReplies: false }, 4, 1 + 1],
  ])('counts refreshed posts and replies of %s %j', (provider, overrides, posts, requests) => {
    const quote = computeQuote(offer(provider, overrides), known(busy), request(), now);
    expect(quote).toMatchObject({ posts, requests });
  });

  test.each<[FetchProviderName, Partial<QuoteRequest>, number, string | null]>([
    ['X_API', { refresh: 'RECENT' }, 4 + 400 + 127, null],
    ['X_API', { refresh: 'ALL', limit: 300 }, 300, null],
    ['X_API', { refresh: 'RECENT', limit: 410 }, 410, null],
    [
      'X_SCRAPER',
      { refresh: 'ALL' },
      4 + 47,
      'the figures of stored posts are left out, since it cannot look up posts again',
    ],
  ])('counts what is asked for again: %s %j', (provider, asked, posts, note) => {
    const account = known({ ...busy, refreshed: 400 });
    const quote = computeQuote(offer(provider), account, request(asked), now);
    expect(quote).toMatchObject({ posts, note });
  });

  test('searches no conversation beyond the limit', () => {
    const account = known({ missingReplies: [7, 5, 3] });
    const quote = computeQuote(offer('X_API'), account, request({ limit: 4 + 9 }), now);
    expect(quote).toMatchObject({ posts: 4 + 9, requests: 1 + 1 + 2 });
  });
});

describe('the price of a quote', () => {
  test.each<[string, FetchProviderName, Fetchable, number, number | null, number]>([
    ['twenty posts a page', 'SOCIALDATA', { kind: 'account', handle: 'lark' }, 3, null, 20],
    [
      'twenty posts a page, of which there are fewer',
      'SOCIALDATA',
      { kind: 'account', handle: 'lark' },
      3,
      8,
      8,
    ],
    ['two pages', 'SOCIALDATA', { kind: 'account', handle: 'lark' }, 21, null, 40],
    ['five of a timeline', 'X_API', { kind: 'account', handle: 'lark' }, 1, null, 5],
    ['ten of a search', 'X_API', { kind: 'topic', query: 'larks' }, 1, null, 10],
    ['a page and the least of another', 'X_API', { kind: 'topic', query: 'larks' }, 103, null, 110],
    ['as many as asked', 'X_API', { kind: 'account', handle: 'lark' }, 50, null, 50],
  ])('is that of whole pages, whatever the limit: %s (%s)', (_, provider, target, limit, has, paid) => {
    const quote = computeQuote(
      offer(provider),
      { stored: null, reportedPosts: has },
      request({ target, limit }),
      now,
    );
    const users = target.kind === 'topic' ? 0 : prices[provider].user;
    expect(quote.usd).toBeCloseTo(paid * prices[provider].post + users, 6);
    expect(quote.posts).toBe(Math.min(limit, has ?? limit));
  });

  test('is that of the posts and of one user', () => {
    expect(computeQuote(offer('X_API'), nobody, request(), now).usd).toBe(1.01);
    expect(computeQuote(offer('SOCIALDATA'), nobody, request(), now).usd).toBe(0.0402);
    expect(computeQuote(offer('X_SCRAPER'), nobody, request(), now).usd).toBe(0);
  });

  test('of an own account is lower, but not for the replies of others', () => {
    const account = known({ refreshed: 10, missingReplies: [20] });
    const own = computeQuote(offer('X_API', { own: true }), account, request(), now);
    expect(own.usd).toBe(14 * 0.001 + 20 * 0.005 + 0.01);
  });

  test.each<[Offer['budget'], string | null]>([
    [null, null],
    [{ usd: 5, leftUsd: 1.01 }, null],
    [{ usd: 5, leftUsd: 0.4 }, "passes the month's budget: 0.40 of 5.00 USD left"],
    [{ usd: 0, leftUsd: 0 }, "passes the month's budget: 0.00 of 0.00 USD left"],
    // A budget that was lowered below the spending.
    [{ usd: 0.5, leftUsd: -0.7 }, "passes the month's budget: 0.00 of 0.50 USD left"],
  ])('is compared with what is left of the budget %j', (budget, note) => {
    const quote = computeQuote(offer('X_API', { budget }), nobody, request(), now);
    expect(quote.note?.split('; ')[1] ?? null).toBe(note);
  });

  test('of nothing passes no budget', () => {
    const quote = computeQuote(
      offer('X_SCRAPER', { budget: { usd: 0, leftUsd: 0 } }),
      known(),
      request(),
      now,
    );
    expect(quote).toMatchObject({ usd: 0, note: null });
  });
});

describe('the time of a quote', () => {
  const limit = (requests: number) => request({ limit: (requests - 1) * 20 });

  test.each<[string, FetchProviderName, number, number, number]>([
    ['few requests', 'SOCIALDATA', 11, 0, 5.5],
    // 120 a minute is as many as can be made one after the other.
    ['as many as are allowed', 'SOCIALDATA', 1_000, 0, 500],
    ['the last of a window', 'X_SCRAPER', 50, 2, 100],
    ['the first of the next window', 'X_SCRAPER', 51, 2, 902],
    ['three windows', 'X_SCRAPER', 120, 2, 1_840],
    ['no spacing', 'X_SCRAPER', 10, 0, 5],
    ['a spacing wider than the limit', 'X_SCRAPER', 120, 20, 2_400],
  ])('of %s by %s', (_, provider, requests, spacingSeconds, seconds) => {
    const quote = computeQuote(offer(provider, { spacingSeconds }), nobody, limit(requests), now);
    expect(quote).toMatchObject({ requests, seconds });
  });
});

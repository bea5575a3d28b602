import { defaultLimits } from '../../../src/http/limits.ts';
import { readFileSync } from 'node:fs';
import { beforeEach, describe, expect, test } from 'vitest';
import { loadConfig } from '../../../src/config.ts';
import { saveProviderState } from '../../../src/fetch/provider-states.ts';
import { listProviderStatus } from '../../../src/fetch/provider-status.ts';
import { postCountsOf, quoteFetch } from '../../../src/fetch/quotes.ts';
import { openSpending } from '../../../src/fetch/spending.ts';
import { unknownMetrics } from '../../../src/shared/post.ts';
import { ask, openApp, testNow } from '../../support/app.ts';
import { environmentOf, lark, startServices } from '../../support/fetching.ts';
import { anAccount, aPost, asGiven, savePosts, writeBatch } from '../../support/posts.ts';
import { findOrCreateTopic } from '../../../src/streams/create.ts';
import type { FetchProviderName } from '../../../src/providers/fetch-provider.ts';
import { openStore } from '../../support/store.ts';

const db = await openStore();
const hour = 3_600_000;
const day = 24 * hour;
const all = {
  X_BEARER_TOKEN: 'token',
  SOCIALDATA_API_KEY: 'key',
  X_SCRAPER: 'on',
  // No service answers there: a request would fail.
  X_API_URL: 'http://127.0.0.1:1',
  SOCIALDATA_URL: 'http://127.0.0.1:1',
  X_SCRAPER_URL: 'http://127.0.0.1:1',
};

/** The API with the providers of an environment. */
function appOf(environment: Record<string, string>) {
  const config = loadConfig(environment).providers;
  const countPosts = postCountsOf(db.sql, config);
  return openApp(db, {
    quoteFetch: (request, now) => quoteFetch(db.sql, config, request, now, countPosts),
    system: {
      startedAt: testNow,
      database: 'embedded',
      carrier: 'notify',
      queue: 'postgres',
      cache: 'off',
      limits: defaultLimits,
      cacheFacts: () => null,
      queueCounts: () => Promise.reject(new Error('no queue here')),
      rebuilding: async () => null,
      fetchProviders: (now) => listProviderStatus(db.sql, config, now),
    },
  });
}

const spendingOf = (environment: Record<string, string>) =>
  openSpending(db.sql, loadConfig(environment).providers, () => testNow.getTime());

const operation = readFileSync(
  new URL('../../../schema/operations/fetch-quote.graphql', import.meta.url),
  'utf8',
);
const quote = (environment: Record<string, string>, variables: Record<string, unknown>) =>
  ask(appOf(environment), operation, variables);

beforeEach(async () => {
  await db.sql`truncate spending, charged_posts, provider_states`;
});

describe('fetchQuote', () => {
  test('has the cost of an unknown account at each configured provider, cheapest first', async () => {
    const { data, errors } = await quote(all, { handle: '@nobody_knows' });
    expect(errors).toBeUndefined();
    const note = 'the account is not known yet: estimated for 200 posts, if there are as many';
    expect(data.fetchQuote).toEqual([
      { provider: 'X_SCRAPER', posts: 200, requests: 11, usd: 0, seconds: 22, note },
      { provider: 'SOCIALDATA', posts: 200, requests: 11, usd: 0.0402, seconds: 5.5, note },
      { provider: 'X_API', posts: 200, requests: 3, usd: 1.01, seconds: 1.5, note },
    ]);
  });

  test('posts of which only the day is known are stored ones like others', async () => {
    const newest = Date.UTC(2010, 9, 30);
    const quoted = [];
    for (const hourUnknown of [false, true]) {
      const account = anAccount({ reportedPosts: 500 });
      const own = Array.from({ length: 40 }, (_, at) =>
        aPost(account, { createdAt: newest - at * day, hourUnknown }),
      );
      await savePosts(db, account, own);
      quoted.push((await quote({ X_BEARER_TOKEN: 'token' }, { handle: account.handle })).data.fetchQuote);
    }
    expect(quoted[1]).toEqual(quoted[0]);
    expect(quoted[1][0].posts).toBeGreaterThan(0);
  });

  test('of a known account is made from what is stored of it', async () => {
    const account = anAccount({ reportedPosts: 500 });
    const newest = testNow.getTime() - 2 * day;
    // Two a day for thirty days; of the last week's ten, three have two replies each.
    const own = Array.from({ length: 61 }, (_, at) =>
      aPost(account, {
        createdAt: newest - at * 12 * hour,
        metrics: { ...unknownMetrics, replies: at < 3 ? 2 : 0 },
      }),
    );
    const stranger = { platformId: '7', handle: 'wren', displayName: null, avatarUrl: null };
    const replyTo = { postId: own[0]?.platformId ?? '', authorId: null, handle: account.handle };
    const answered = { own: false, author: stranger, kind: 'REPLY', replyTo } as const;
    const answer = aPost(account, { ...answered, createdAt: newest + hour });
    const repost = aPost(account, { kind: 'REPOST', createdAt: newest - 20 * day });
    await savePosts(db, account, [...own, answer, repost]);

    const asked = { handle: account.handle, refresh: 'RECENT' };
    const [quoted] = (await quote({ X_BEARER_TOKEN: 'token' }, asked)).data.fetchQuote;
    const posts = { new: Math.ceil((61 * 2) / 30), refreshed: 10, replies: 5 };
    expect(quoted).toMatchObject({
      posts: posts.new + posts.refreshed + posts.replies,
      requests: 1 + 1 + 1 + 3,
      usd: 0.11,
      note: null,
    });

    // The whole month is due, because nothing of it was read since.
    const due = await quote({ X_BEARER_TOKEN: 'token' }, { handle: account.handle });
    expect(due.data.fetchQuote).toMatchObject([{ posts: posts.new + 61 + posts.replies }]);
    const whole = await quote({ X_BEARER_TOKEN: 'token' }, { ...asked, refresh: 'ALL' });
    expect(whole.data.fetchQuote).toMatchObject([{ posts: posts.new + 62 + posts.replies }]);

    const ours = { X_BEARER_TOKEN: 'token', X_OWN_HANDLES: account.handle.toUpperCase() };
    const full = await quote(ours, { ...asked, handle: account.handle.toUpperCase(), full: true });
    expect(full.data.fetchQuote).toMatchObject([{ posts: 500 - 62 + 10 + 5, usd: 0.483 }]);
    // Without cookies, X's web pages can neither look up posts again nor search for replies.
    const guest = await quote({ X_SCRAPER: 'on' }, { handle: account.handle, limit: 2 });
    expect(guest.data.fetchQuote).toMatchObject([{ posts: 2, requests: 2, usd: 0 }]);
    const cookies = { X_SCRAPER: 'on', X_SCRAPER_COOKIES: 'auth_token=a; ct0=b' };
    const loggedIn = await quote(cookies, { handle: account.handle, limit: 7 });
    expect(loggedIn.data.fetchQuote).toMatchObject([{ posts: 5 + 2, requests: 2 + 1 }]);
  });

  test('of an account without posts is the same as of an unknown one', async () => {
    const account = anAccount({ reportedPosts: 10 });
    await savePosts(db, account, []);
    const { data } = await quote({ X_BEARER_TOKEN: 'token' }, { handle: account.handle });
    expect(data.fetchQuote).toMatchObject([{ posts: 200, note: expect.stringContaining('not known yet') }]);
  });

  test('of a topic comes from providers that search', async () => {
    const { data, errors } = await quote(all, { query: 'sea level', limit: 300 });
    expect(errors).toBeUndefined();
    const note = 'the topic is not known yet: estimated for 300 posts, if there are as many';
    // Without cookies, X's web pages cannot search.
    expect(data.fetchQuote).toMatchObject([
      { provider: 'SOCIALDATA', posts: 300, requests: 15, usd: 0.06, note },
      { provider: 'X_API', posts: 300, requests: 3, usd: 1.5, note },
    ]);
    const guest = await quote({ X_SCRAPER: 'on' }, { query: 'sea level' });
    expect(guest.errors?.[0]?.extensions.code).toBe('PROVIDER_NOT_CONFIGURED');
  });

  test('of a known topic is made from what is stored of it', async () => {
    const streamId = await findOrCreateTopic(db.sql, 'Sea Level');
    const author = anAccount();
    const newest = testNow.getTime() - 2 * day;
    const posts = Array.from({ length: 61 }, (_, at) =>
      aPost(author, { createdAt: newest - at * 12 * hour }),
    );
    const batch = { account: null, posts, read: asGiven, collectedAt: newest };
    await writeBatch(db.sql, { streamId, platform: 'X', provider: 'X_API' }, batch);
    const { data } = await quote({ X_BEARER_TOKEN: 'token' }, { query: 'sea  LEVEL' });
    expect(data.fetchQuote).toMatchObject([{ posts: 4, requests: 1, usd: 0.02, note: null }]);
  });

  describe('of an account of which nobody told how many posts it has', () => {
    const served = async () => {
      const services = await startServices({ users: [{ ...lark, reportedPosts: 512 }], posts: [] });
      const app = (names: readonly FetchProviderName[], environment = {}) =>
        appOf({ ...environmentOf(services, names), ...environment });
      return { services, app };
    };
    const spentBy = async (provider: string) =>
      (await db.sql`select usd::float8, requests from spending where provider = ${provider}`)[0] ?? null;

    test('is read from its profile, which is paid for once', async () => {
      const { services, app } = await served();
      const asked = app(['X_API']);
      const answers = await Promise.all(
        Array.from({ length: 10 }, (_, at) =>
          ask(asked, operation, { handle: at % 2 ? 'LARK' : '@lark', full: true }),
        ),
      );
      for (const { data } of answers) {
        expect(data.fetchQuote).toMatchObject([{ posts: 512, requests: 7, usd: 2.57, note: null }]);
      }
      expect(services.xApi.requests).toHaveLength(1);
      expect(await spentBy('X_API')).toEqual({ usd: 0.01, requests: 1 });
      const [row] = await db.sql`select count(*)::int as streams from streams where title = '@lark'`;
      expect(row).toEqual({ streams: 0 });
    });

    test('asks the provider whose profiles are cheapest, and the next where that fails', async () => {
      const { services, app } = await served();
      services.socialData.faults.push({ kind: 'html', status: 502, times: 9 });
      const { data } = await ask(app(['X_API', 'SOCIALDATA']), operation, { handle: 'lark', full: true });
      expect(data.fetchQuote).toMatchObject([{ posts: 512 }, { posts: 512 }]);
      expect(services.xApi.requests).toHaveLength(1);
      expect(await spentBy('SOCIALDATA')).toEqual({ usd: 0, requests: 0 });
    });

    test('says so when there is no such account', async () => {
      const { app } = await served();
      const { errors } = await ask(app(['X_API']), operation, { handle: 'nobody' });
      expect(errors?.[0]?.extensions.code).toBe('NOT_FOUND');
    });

    test('looks nothing up when the budget is used up', async () => {
      const { services, app } = await served();
      const asked = app(['X_API'], { X_API_BUDGET_USD: '0' });
      const { data } = await ask(asked, operation, { handle: 'lark' });
      expect(data.fetchQuote[0].note).toMatch(/not known yet.*passes the month's budget/);
      expect(services.xApi.requests).toEqual([]);
    });
  });

  test('says that it passes the budget, with what is reserved counted as spent', async () => {
    const environment = { ...all, X_API_BUDGET_USD: '5' };
    await spendingOf(environment).reserve('X_API', { posts: 920, users: 0, own: false });
    const { data } = await quote(environment, { handle: 'nobody_knows' });
    expect(data.fetchQuote[2].note).toMatch(/; passes the month's budget: 0\.40 of 5\.00 USD left$/);
    expect(data.fetchQuote[1].note).not.toMatch(/budget/);
  });

  test('without any provider names what may be set', async () => {
    const { errors } = await quote({}, { handle: 'nobody_knows' });
    expect(errors?.[0]).toMatchObject({
      extensions: { code: 'PROVIDER_NOT_CONFIGURED' },
      message: expect.stringMatching(/X_BEARER_TOKEN, or SOCIALDATA_API_KEY, or X_SCRAPER=on/),
    });
  });

  test.each([
    {},
    { handle: 'lark', query: 'sea' },
    { query: '' },
    { query: 'sea', full: true },
    { query: 'sea', refresh: 'RECENT' },
    { handle: 'lark', limit: 100_001 },
    { handle: 'twenty_one_letters_ab' },
    { handle: '../lark' },
    { handle: 'lаrk' }, // a Cyrillic letter
    { handle: 'lark', limit: 0 },
    { handle: 'lark', limit: -1 },
  ])('refuses %j', async (variables) => {
    const { errors } = await quote(all, variables);
    expect(errors?.[0]?.extensions.code).toBe('BAD_INPUT');
  });
});

describe('system.providers', () => {
  const fields = 'provider configured available rateLimitedUntil spentUsd budgetUsd note';
  const askSystem = (environment: Record<string, string>) =>
    ask(appOf(environment), `{ system { providers { ${fields} } } }`);
  const idle = { available: true, rateLimitedUntil: null, spentUsd: 0, budgetUsd: null };

  test('says which variable each lacks', async () => {
    const { data } = await askSystem({});
    const missing = { ...idle, configured: false, available: false };
    expect(data.system.providers).toEqual([
      { ...missing, provider: 'X_API', note: 'set X_BEARER_TOKEN' },
      { ...missing, provider: 'SOCIALDATA', note: 'set SOCIALDATA_API_KEY' },
      { ...missing, provider: 'X_SCRAPER', note: 'set X_SCRAPER=on' },
      { ...idle, configured: true, provider: 'X_ARCHIVE', note: expect.any(String) },
      { ...idle, configured: true, provider: 'SYNTHETIC', note: expect.any(String) },
    ]);
  });

  test('has what the workers know, what was spent and the budget', async () => {
    const environment = { ...all, X_API_BUDGET_USD: '5' };
    const soon = new Date(testNow.getTime() + 60_000);
    const before = new Date(testNow.getTime() - 60_000);
    const note = 'X_API: 503';
    await saveProviderState(db.sql, 'X_API', { openUntil: soon, limitedUntil: before, note });
    await saveProviderState(db.sql, 'SOCIALDATA', { openUntil: before, limitedUntil: soon, note: null });
    await spendingOf(environment).reserve('X_API', { posts: 1, users: 0, own: false });
    const { data } = await askSystem(environment);
    expect(data.system.providers.slice(0, 3)).toEqual([
      { ...idle, configured: true, provider: 'X_API', available: false, spentUsd: 0.005, budgetUsd: 5, note },
      {
        ...idle,
        configured: true,
        provider: 'SOCIALDATA',
        rateLimitedUntil: soon.toISOString(),
        note: null,
      },
      { ...idle, configured: true, provider: 'X_SCRAPER', note: null },
    ]);
  });
});

import { readFileSync } from 'node:fs';
import { beforeEach, describe, expect, test } from 'vitest';
import { loadConfig } from '../../../src/config.ts';
import { saveProviderState } from '../../../src/jobs/fetch/provider-states.ts';
import { listProviderStatus } from '../../../src/jobs/fetch/provider-status.ts';
import { quoteFetch } from '../../../src/jobs/fetch/quotes.ts';
import { openSpending } from '../../../src/jobs/fetch/spending.ts';
import { unknownMetrics } from '../../../src/shared/post.ts';
import { ask, openApp, testNow } from '../../support/app.ts';
import { anAccount, aPost, savePosts } from '../../support/posts.ts';
import { openStore } from '../../support/store.ts';

const db = await openStore();
const hour = 3_600_000;
const day = 24 * hour;
const all = {
  X_BEARER_TOKEN: 'token',
  SOCIALDATA_API_KEY: 'key',
  X_SCRAPER: 'on',
  // Nobody answers there: whoever asked would fail.
  X_API_URL: 'http://127.0.0.1:1',
  SOCIALDATA_URL: 'http://127.0.0.1:1',
  X_SCRAPER_URL: 'http://127.0.0.1:1',
};

/** The API with the providers of an environment. */
function appOf(environment: Record<string, string>) {
  const config = loadConfig(environment).providers;
  return openApp(db, {
    quoteFetch: (request, now) => quoteFetch(db.sql, config, request, now),
    system: {
      startedAt: testNow,
      database: 'embedded',
      queueCounts: () => Promise.reject(new Error('no queue here')),
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
  test('tells of each configured provider what an unknown account takes, cheapest first', async () => {
    const { data, errors } = await quote(all, { handle: '@nobody_knows' });
    expect(errors).toBeUndefined();
    const note = 'the account is not known yet: told for 200 posts, if it has as many';
    expect(data.fetchQuote).toEqual([
      { provider: 'X_SCRAPER', posts: 200, requests: 11, usd: 0, seconds: 22, note },
      { provider: 'SOCIALDATA', posts: 200, requests: 11, usd: 0.0402, seconds: 5.5, note },
      { provider: 'X_API', posts: 200, requests: 3, usd: 1.01, seconds: 1.5, note },
    ]);
  });

  test('of a known account is told from what is stored of it', async () => {
    const account = anAccount({ reportedPosts: 500 });
    const newest = testNow.getTime() - 2 * day;
    // Two a day for thirty days; of the last week's eleven, three have two replies each.
    const own = Array.from({ length: 61 }, (_, at) =>
      aPost(account, {
        createdAt: newest - at * 12 * hour,
        metrics: { ...unknownMetrics, replies: at < 3 ? 2 : 0 },
      }),
    );
    const stranger = { platformId: '7', handle: 'wren', displayName: null, avatarUrl: null };
    const answer = aPost(account, { own: false, author: stranger, kind: 'REPLY', createdAt: newest + hour });
    const repost = aPost(account, { kind: 'REPOST', createdAt: newest - 20 * day });
    await savePosts(db, account, [...own, answer, repost]);

    const [quoted] = (await quote({ X_BEARER_TOKEN: 'token' }, { handle: account.handle })).data.fetchQuote;
    const posts = { new: Math.ceil((61 * 2) / 30), refreshed: 11, replies: 5 };
    expect(quoted).toMatchObject({
      posts: posts.new + posts.refreshed + posts.replies,
      requests: 1 + 1 + 1 + 3,
      usd: 0.115,
      note: null,
    });

    const ours = { X_BEARER_TOKEN: 'token', X_OWN_HANDLES: account.handle.toUpperCase() };
    const full = await quote(ours, { handle: account.handle.toUpperCase(), full: true });
    expect(full.data.fetchQuote).toMatchObject([{ posts: 500 - 62 + 11 + 5, usd: 0.484 }]);
    // A guest of X's web pages can neither look posts up again nor search for replies.
    const guest = await quote({ X_SCRAPER: 'on' }, { handle: account.handle, limit: 2 });
    expect(guest.data.fetchQuote).toMatchObject([{ posts: 2, requests: 2, usd: 0 }]);
    const cookies = { X_SCRAPER: 'on', X_SCRAPER_COOKIES: 'auth_token=a; ct0=b' };
    const loggedIn = await quote(cookies, { handle: account.handle, limit: 2 });
    expect(loggedIn.data.fetchQuote).toMatchObject([{ posts: 2 + 5, requests: 2 + 3 }]);
  });

  test('of an account without posts is told as of an unknown one', async () => {
    const account = anAccount({ reportedPosts: 10 });
    await savePosts(db, account, []);
    const { data } = await quote({ X_BEARER_TOKEN: 'token' }, { handle: account.handle });
    expect(data.fetchQuote).toMatchObject([{ posts: 200, note: expect.stringContaining('not known yet') }]);
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
      message: expect.stringMatching(/X_BEARER_TOKEN, SOCIALDATA_API_KEY or X_SCRAPER=on/),
    });
  });

  test.each([
    { handle: 'sixteen_letters_' },
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

  test('tells what the workers know, what was spent and the budget', async () => {
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

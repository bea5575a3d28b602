import { beforeEach, describe, expect, test } from 'vitest';
import { loadConfig } from '../../../src/config.ts';
import { openSpending, spentUsd } from '../../../src/fetch/spending.ts';
import { openStore } from '../../support/store.ts';

const db = await openStore();
const november = Date.UTC(2026, 10, 21, 12);
const day = 86_400_000;

/** Spending under a configuration, at a time that a test can move. */
function spendingOf(environment: Record<string, string>) {
  const clock = { at: november };
  const spending = openSpending(db.sql, loadConfig(environment).providers, () => clock.at);
  return { clock, spending };
}

const estimate = (posts: number, users = 0) => ({ posts, users, own: false });
const cost = (postIds: readonly string[], users = 0) => ({ requests: 1, postIds, users });
const ids = (count: number, from = 1) => Array.from({ length: count }, (_, at) => String(from + at));

async function booked(provider = 'X_API', month = '2026-11-01') {
  const [row] = await db.sql`
    select usd::text, posts, requests from spending where provider = ${provider} and month = ${month}`;
  return row ?? null;
}

beforeEach(async () => {
  await db.sql`truncate spending, charged_posts`;
});

describe('a reservation', () => {
  test('of twenty at once never lets the budget be passed', async () => {
    const { spending } = spendingOf({ X_API_BUDGET_USD: '3.5' });
    const reserving = Array.from({ length: 20 }, () => spending.reserve('X_API', estimate(100)));
    const outcomes = await Promise.allSettled(reserving);
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(7);
    expect(await booked()).toMatchObject({ usd: '3.500000' });
  });

  test('that would pass the budget says what is left of it and when it begins anew', async () => {
    const { spending } = spendingOf({ X_API_BUDGET_USD: '1' });
    await spending.reserve('X_API', estimate(120));
    const refused = spending.reserve('X_API', estimate(100, 1));
    await expect(refused).rejects.toMatchObject({
      code: 'BUDGET_EXCEEDED',
      remedy: 'NEXT',
      provider: 'X_API',
      retryAt: new Date('2026-12-01T00:00:00Z'),
      message: expect.stringMatching(/budget is 1\.00 USD, of which 0\.60 .*cost 0\.51: .*X_API_BUDGET_USD/),
    });
    expect(await booked()).toMatchObject({ usd: '0.600000' });
  });

  test('may use up the budget to the last microdollar', async () => {
    const { spending } = spendingOf({ SOCIALDATA_BUDGET_USD: '0.0006' });
    for (let call = 0; call < 3; call++) await spending.reserve('SOCIALDATA', estimate(1));
    await expect(spending.reserve('SOCIALDATA', estimate(1))).rejects.toMatchObject({
      code: 'BUDGET_EXCEEDED',
    });
  });

  test('under a budget of zero is refused, unless it costs nothing', async () => {
    const { spending } = spendingOf({ X_API_BUDGET_USD: '0' });
    await expect(spending.reserve('X_API', estimate(1))).rejects.toMatchObject({ code: 'BUDGET_EXCEEDED' });
    expect(await booked()).toBeNull();
    await expect(spending.reserve('X_API', estimate(0))).resolves.toMatchObject({ microUsd: 0 });
  });

  test('in a new month has the whole budget again', async () => {
    const { spending, clock } = spendingOf({ X_API_BUDGET_USD: '0.5' });
    clock.at = Date.UTC(2026, 11, 1) - 1;
    const last = await spending.reserve('X_API', estimate(100));
    await expect(spending.reserve('X_API', estimate(100))).rejects.toMatchObject({
      retryAt: new Date('2026-12-01T00:00:00Z'),
    });
    clock.at += 1;
    await spending.reserve('X_API', estimate(100));
    await spending.settle(last, cost(ids(10)), false);
    expect(await booked()).toMatchObject({ usd: '0.050000' });
    expect(await booked('X_API', '2026-12-01')).toMatchObject({ usd: '0.500000' });
  });
});

describe('settling', () => {
  test('books what was delivered in place of what was set aside', async () => {
    const { spending } = spendingOf({});
    const reservation = await spending.reserve('X_API', estimate(100, 1));
    expect(await booked()).toMatchObject({ usd: '0.510000' });
    await spending.settle(reservation, cost(ids(3), 1), false);
    expect(await booked()).toEqual({ usd: '0.025000', posts: 3, requests: 1 });
    expect(await spentUsd(db.sql, november)).toEqual(new Map([['X_API', 0.025]]));
  });

  test('books all that was delivered, even more than was set aside', async () => {
    const { spending } = spendingOf({ X_API_BUDGET_USD: '0.05' });
    const reservation = await spending.reserve('X_API', estimate(10));
    await spending.settle(reservation, cost(ids(12)), false);
    expect(await booked()).toMatchObject({ usd: '0.060000' });
    await expect(spending.reserve('X_API', estimate(1))).rejects.toMatchObject({ code: 'BUDGET_EXCEEDED' });
  });

  test('a failed call costs nothing', async () => {
    const { spending } = spendingOf({});
    await spending.settle(await spending.reserve('X_API', estimate(100)), null, false);
    expect(await booked()).toEqual({ usd: '0.000000', posts: 0, requests: 0 });
  });

  test('charges the same post once a day, and again the next day', async () => {
    const { spending, clock } = spendingOf({});
    const fetchPosts = async (postIds: readonly string[]) =>
      spending.settle(await spending.reserve('X_API', estimate(10)), cost(postIds), false);
    await fetchPosts(ids(4));
    await fetchPosts([...ids(4), ...ids(2, 4)]);
    expect(await booked()).toEqual({ usd: '0.025000', posts: 5, requests: 2 });
    clock.at += day;
    await fetchPosts(ids(4));
    expect(await booked()).toEqual({ usd: '0.045000', posts: 9, requests: 3 });
  });

  test('charges the same posts of pages settled at once only once, in whatever order', async () => {
    const { spending } = spendingOf({});
    // Enough that the insertions overlap: in the order of the pages they would deadlock.
    const page = ids(5_000, 10_000);
    const calls = Array.from({ length: 8 }, async (_, at) => {
      const reservation = await spending.reserve('X_API', estimate(5_000));
      await spending.settle(reservation, cost(at % 2 === 0 ? page : page.toReversed()), false);
    });
    await Promise.all(calls);
    expect(await booked()).toEqual({ usd: '25.000000', posts: 5_000, requests: 8 });
  });

  test('charges the same post each time where the price list says so', async () => {
    const { spending } = spendingOf({});
    for (let call = 0; call < 3; call++) {
      const reservation = await spending.reserve('SOCIALDATA', estimate(1));
      await spending.settle(reservation, cost(['1']), false);
    }
    expect(await booked('SOCIALDATA')).toEqual({ usd: '0.000600', posts: 3, requests: 3 });
  });

  test('charges posts of our own accounts by their own price', async () => {
    const { spending } = spendingOf({ X_OWN_HANDLES: '@Lark' });
    expect([spending.isOwn('LARK'), spending.isOwn('wren')]).toEqual([true, false]);
    const reservation = await spending.reserve('X_API', { posts: 10, users: 0, own: true });
    expect(await booked()).toMatchObject({ usd: '0.010000' });
    await spending.settle(reservation, cost(ids(5)), true);
    expect(await booked()).toMatchObject({ usd: '0.005000' });
  });

  test('charges posts of others beside our own by the full price', async () => {
    const { spending } = spendingOf({});
    const reservation = await spending.reserve('X_API', { posts: 5, users: 0, own: true });
    await spending.settle(reservation, cost(ids(5)), new Set(['1', '2']));
    expect(await booked()).toMatchObject({ usd: '0.017000', posts: 5 });
  });

  test('adds up a thousand prices without the errors of floating point', async () => {
    const { spending } = spendingOf({ PROVIDER_PRICES: '{"SOCIALDATA":{"post":0.0001}}' });
    for (let call = 0; call < 1_000; call++) {
      await spending.settle(await spending.reserve('SOCIALDATA', estimate(2)), cost(['1']), false);
    }
    expect(await booked('SOCIALDATA')).toMatchObject({ usd: '0.100000' });
    expect(await spentUsd(db.sql, november)).toEqual(new Map([['SOCIALDATA', 0.1]]));
  });

  test('counts posts and requests of a provider that costs nothing', async () => {
    const { spending } = spendingOf({});
    await spending.settle(await spending.reserve('X_SCRAPER', estimate(20, 1)), cost(ids(20), 1), false);
    expect(await booked('X_SCRAPER')).toEqual({ usd: '0.000000', posts: 20, requests: 1 });
  });
});

test('what was spent last month is not included', async () => {
  const { spending } = spendingOf({});
  await spending.settle(await spending.reserve('X_API', estimate(1)), cost(['1']), false);
  expect(await spentUsd(db.sql, Date.UTC(2026, 11, 1))).toEqual(new Map());
});

test('pruning forgets the days before yesterday', async () => {
  const { spending, clock } = spendingOf({});
  for (const at of [0, 1, 2]) {
    clock.at = november + at * day;
    await spending.settle(await spending.reserve('X_API', estimate(1)), cost(['1']), false);
  }
  await spending.prune();
  const days = await db.sql`select day::text from charged_posts order by day`;
  expect(days.map((row) => row.day)).toEqual(['2026-11-22', '2026-11-23']);
});

import { readFile } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { ask, openApp } from '../../support/app.ts';
import { anAccount, aPost, savePosts } from '../../support/posts.ts';
import { openStore } from '../../support/store.ts';

const db = await openStore();
const app = openApp(db);

const account = anAccount();
await savePosts(db, account, [
  aPost(account, { createdAt: Date.UTC(2020, 0, 1) }),
  aPost(account, { createdAt: Date.UTC(2020, 1, 1) }),
]);

const askStats = (fields: string, args = 'timeZone: "UTC"') =>
  ask(app, `{ account(handle: "${account.handle}") { stats(${args}) { ${fields} } } }`);

describe('what a stat cannot answer is BAD_INPUT', () => {
  test.each([
    'topPosts(by: POSTS) { id }',
    'topPosts(by: AUTHORS) { id }',
    'bestTimes(metric: POSTS) { hour }',
    'bestTimes(metric: AUTHORS) { hour }',
    'series(basis: OBSERVED, metric: AUTHORS) { values }',
    'series(basis: OBSERVED, metric: SENTIMENT) { values }',
    'series(basis: OBSERVED, metric: ENGAGEMENT_RATE) { values }',
    'series(basis: OBSERVED, interval: MINUTE) { values }',
    'series(kinds: []) { values }',
    'series(basis: OBSERVED, kinds: [REPLY]) { values }',
    'series { rolling(buckets: 0) }',
    'series { rolling(buckets: 367) }',
    'calendar(year: 1999) { posts }',
    'calendar(year: 2101) { posts }',
    'topPosts(first: 0) { id }',
    'topTerms(kind: WORD, first: 201) { term }',
    'topTerms(kind: WORD, offset: -1) { term }',
    'topPosts(offset: 100001) { id }',
    'topAuthors(first: -1) { posts }',
    'busiest(first: 0) { posts }',
    'bestTimes(first: 1000) { hour }',
  ])('%s', async (field) => {
    expect((await askStats(field)).errors?.map((error) => error.extensions.code)).toEqual(['BAD_INPUT']);
  });
});

describe('a query with a part that is refused', () => {
  const stats = (field: string) =>
    `account(handle: "${account.handle}") { title stats { totals { posts } ${field} } }`;

  test.each([
    [
      'a series of too many buckets',
      stats('series(interval: MINUTE) { values }'),
      ['account', 'stats', 'series'],
    ],
    [
      'a series that cannot be told',
      stats('series(basis: OBSERVED, metric: AUTHORS) { values }'),
      ['account', 'stats', 'series'],
    ],
    [
      'a list that is too long',
      stats('topTerms(kind: WORD, first: 10000) { term }'),
      ['account', 'stats', 'topTerms'],
    ],
    ['a busiest that is too long', stats('busiest(first: 0) { posts }'), ['account', 'stats', 'busiest']],
    ['a best time of nothing', stats('bestTimes(metric: POSTS) { hour }'), ['account', 'stats', 'bestTimes']],
    ['a top post by nothing', stats('topPosts(by: AUTHORS) { id }'), ['account', 'stats', 'topPosts']],
    ['too many authors', stats('topAuthors(first: 201) { posts }'), ['account', 'stats', 'topAuthors']],
    [
      'a range that ends before it starts',
      `account(handle: "${account.handle}") { title stats(range: { from: "2024-01-02T00:00:00Z", to: "2024-01-01T00:00:00Z" }) { totals { posts } } }`,
      ['account', 'stats'],
    ],
    [
      'too many posts',
      `account(handle: "${account.handle}") { title posts(first: 500) { totalCount } }`,
      ['account', 'posts'],
    ],
    [
      'an empty search',
      `account(handle: "${account.handle}") { title posts(filter: { search: " " }) { totalCount } }`,
      ['account', 'posts'],
    ],
    [
      'relevance without a search',
      `account(handle: "${account.handle}") { title posts(orderBy: RELEVANCE) { totalCount } }`,
      ['account', 'posts'],
    ],
    [
      'a cursor of another order',
      `account(handle: "${account.handle}") { title posts(after: "x") { totalCount } }`,
      ['account', 'posts'],
    ],
    ['too many posts of all streams', 'posts(first: 500) { totalCount }', ['posts']],
    [
      'too many buckets below a list',
      `streams(first: 1) { nodes { stats(timeZone: "UTC", range: { from: "1990-01-01T00:00:00Z", to: "2090-01-01T00:00:00Z" }) { series { starts } } } }`,
      ['streams', 'nodes', 0, 'stats', 'series'],
    ],
  ])('has no data, and an error that names the field: %s', async (_name, asked, at) => {
    const answer = await ask(app, `{ ${asked} other: account(handle: "${account.handle}") { title } }`);
    expect(Object.keys(answer)).toEqual(['errors']);
    expect(answer.errors).toMatchObject([{ path: at }]);
    expect(
      answer.errors?.every(({ extensions: { code } }) => ['BAD_INPUT', 'QUERY_TOO_COMPLEX'].includes(code)),
    ).toBe(true);
  });

  test.each([
    ['a time zone that is unknown', '"Mars/Olympus"'],
    ['a time zone that is empty', '""'],
  ])('is not run at all, for %s, written out or as a variable', async (_name, zone) => {
    const written = await ask(
      app,
      `{ account(handle: "${account.handle}") { stats(timeZone: ${zone}) { totals { posts } } } }`,
    );
    const given = await ask(
      app,
      `query ($zone: TimeZone!) { account(handle: "${account.handle}") { stats(timeZone: $zone) { totals { posts } } } }`,
      { zone: JSON.parse(zone) },
    );
    for (const answer of [written, given]) {
      expect(Object.keys(answer)).toEqual(['errors']);
      expect(answer.errors?.[0]?.extensions.code).toBe('BAD_INPUT');
    }
  });

  test('has the rest of its data when the field itself can be null', async () => {
    const { data, errors } = await ask(
      app,
      `{ node(id: "nonsense") { id } account(handle: "${account.handle}") { title } }`,
    );
    expect(data).toEqual({ node: null, account: { title: `@${account.handle}` } });
    expect(errors?.[0]?.extensions.code).toBe('BAD_INPUT');
  });

  test('is HTTP 400, but 200 for clients of plain JSON', async () => {
    const send = (accept: string) =>
      app.fetch('http://test/graphql', {
        method: 'POST',
        headers: { 'content-type': 'application/json', accept },
        body: JSON.stringify({ query: `{ ${stats('series(interval: MINUTE) { values }')} }` }),
      });
    expect((await send('application/graphql-response+json')).status).toBe(400);
    expect((await send('application/json')).status).toBe(200);
  });
});

describe('more than 20,000 buckets are QUERY_TOO_COMPLEX', () => {
  const century = 'range: { from: "1990-01-01T00:00:00Z", to: "2090-01-01T00:00:00Z" }';
  test.each([
    ['from the first post to the last', 'series(interval: MINUTE) { values }', 'timeZone: "UTC"'],
    ['over the range given', 'series(interval: DAY) { values }', century],
    ['of authors', 'series(interval: DAY, metric: AUTHORS) { values }', century],
    ['of what was observed', 'series(interval: HOUR, basis: OBSERVED) { values }', century],
    ['of followers', 'followers(interval: DAY) { values }', century],
  ])('%s', async (_name, field, args) => {
    const { errors } = await askStats(field, args);
    expect(errors?.map((error) => error.extensions.code)).toEqual(['QUERY_TOO_COMPLEX']);
    expect(errors?.[0]?.message).toContain('20000');
  });
});

describe('more than 300,000 buckets of all series together are QUERY_TOO_COMPLEX', () => {
  const range = (years: number) =>
    `range: { from: "${new Date(Date.UTC(2020, 0, 1) - years * 365.25 * 86_400_000).toISOString()}", to: "2020-01-01T00:00:00Z" }`;
  const times = (count: number, field: string) =>
    Array.from({ length: count }, (_, at) => `a${at}: ${field}`).join(' ');
  const codes = async (fields: string, years: number) =>
    (await askStats(fields, range(years))).errors?.map((error) => [
      error.extensions.code,
      /300000/.test(error.message),
    ]);

  test.each([
    ['many series', times(98, 'series(interval: HOUR) { points { start value } }'), 2],
    ['many lists of one series', `series(interval: HOUR) { ${times(98, 'values')} }`, 2],
    ['many fields of points', `series(interval: HOUR) { points { ... { ${times(20, '__typename')} } } }`, 2],
    ['series of followers', times(98, 'followers(interval: HOUR) { interval }'), 2],
    ['observed series', times(98, 'series(interval: HOUR, basis: OBSERVED) { values }'), 2],
  ])('%s', async (_name, fields, years) => {
    expect((await codes(fields, years))?.[0]).toEqual(['QUERY_TOO_COMPLEX', true]);
  });

  test.each([
    ['a dozen daily series over fifteen years', times(12, 'series { starts values }'), 15],
    [
      'a week of a hundred hourly series',
      times(98, 'series(interval: HOUR) { points { start value } }'),
      0.02,
    ],
  ])('but not %s', async (_name, fields, years) => {
    expect(await codes(fields, years)).toBeUndefined();
  });

  test('but not the dashboard over twenty years', async () => {
    const dashboard = await readFile('schema/operations/dashboard.graphql', 'utf8');
    const given = { from: '2000-01-01T00:00:00Z', to: '2020-01-01T00:00:00Z' };
    const { errors } = await ask(app, dashboard, { handle: account.handle, range: given });
    expect(errors).toBeUndefined();
  });
});

describe('ranges far from every post', () => {
  test('are as empty as others', async () => {
    const { data, errors } = await askStats(
      'totals { posts likesReceived engagementMedian } series(interval: YEAR) { starts values } streaks { current { days } } followers(interval: YEAR) { values } bestTimes { hour } topPosts { id } busiest { posts } providers { posts } observed: series(basis: OBSERVED, interval: YEAR) { values }',
      'range: { from: "0001-01-01T00:00:00Z", to: "0003-01-01T00:00:00Z" }',
    );
    expect(errors).toBeUndefined();
    expect(data.account.stats).toEqual({
      totals: { posts: 0, likesReceived: null, engagementMedian: null },
      series: { starts: ['0001-01-01T00:00:00.000Z', '0002-01-01T00:00:00.000Z'], values: [0, 0] },
      streaks: { current: null },
      followers: { values: [null, null] },
      bestTimes: [],
      topPosts: [],
      busiest: [],
      providers: [],
      observed: { values: [0, 0] },
    });
  });

  test('of which one end is open have no buckets', async () => {
    const { data } = await askStats(
      'series { values } followers { values }',
      'range: { from: "2024-01-01T00:00:00Z" }',
    );
    expect(data.account.stats).toEqual({ series: { values: [] }, followers: { values: [] } });
  });

  test('that begin in year 1 hold everything', async () => {
    const { data } = await askStats('totals { posts }', 'range: { from: "0001-01-01T00:00:00Z" }');
    expect(data.account.stats.totals.posts).toBe(2);
  });
});

test('an account of which nothing was collected has stats, all empty', async () => {
  const nobody = anAccount();
  await savePosts(db, nobody, []);
  const { data, errors } = await ask(
    app,
    `{ account(handle: "${nobody.handle}") { stats { totals { posts authors engagementP90 } series { starts } topTerms(kind: WORD) { term }
      byHour byHourOfWeek sentiment { mean positive } previous { totals { posts } } } } }`,
  );
  expect(errors).toBeUndefined();
  expect(data.account.stats).toEqual({
    totals: { posts: 0, authors: 0, engagementP90: null },
    series: { starts: [] },
    topTerms: [],
    byHour: Array(24).fill(0),
    byHourOfWeek: Array(7).fill(Array(24).fill(0)),
    sentiment: { mean: null, positive: 0 },
    previous: null,
  });
});

test('previous is the range of the same length just before', async () => {
  const { data } = await askStats(
    'previous { from to totals { posts } }',
    'range: { from: "2020-01-17T00:00:00Z", to: "2020-02-18T00:00:00Z" }',
  );
  expect(data.account.stats.previous).toEqual({
    from: '2019-12-16T00:00:00.000Z',
    to: '2020-01-17T00:00:00.000Z',
    totals: { posts: 1 },
  });
});

test('previous by year is the same dates a year earlier, in the zone', async () => {
  const { data } = await askStats(
    'previous(by: YEAR) { from to }',
    'timeZone: "America/New_York", range: { from: "2026-03-01T05:00:00Z", to: "2026-04-01T04:00:00Z" }',
  );
  expect(data.account.stats.previous).toEqual({
    from: '2025-03-01T05:00:00.000Z',
    to: '2025-04-01T04:00:00.000Z',
  });
});

test('previous of a range without an end is as long as it is until now', async () => {
  const { data } = await askStats(
    'previous { from to } lastYear: previous(by: YEAR) { from to }',
    'range: { from: "2026-06-01T00:00:00Z" }',
  );
  expect(data.account.stats).toEqual({
    previous: { from: '2026-05-17T12:00:00.000Z', to: '2026-06-01T00:00:00.000Z' },
    lastYear: { from: '2025-06-01T00:00:00.000Z', to: '2025-06-15T12:00:00.000Z' },
  });
});

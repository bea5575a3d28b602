import { readdirSync, readFileSync } from 'node:fs';
import { type FieldNode, isObjectType, Kind, parse, print, visit } from 'graphql';
import { describe, expect, test } from 'vitest';
import { findOrCreateTopic } from '../../../src/streams/create.ts';
import { schema } from '../../../src/schema.ts';
import { unknownMetrics } from '../../../src/shared/post.ts';
import { ask, openApp } from '../../support/app.ts';
import { anAccount, aPost, asGiven, observed, savePosts, writeBatch } from '../../support/posts.ts';
import { openStore } from '../../support/store.ts';

let statements = 0;
const db = await openStore({ onStatement: () => statements++ });
const app = openApp(db);

const many = 20;
const monthMs = 30 * 86_400_000;
const accounts = Array.from({ length: many }, () => anAccount());
for (const [at, account] of accounts.entries()) {
  // Of different ages and sizes, so that their spans end in different places.
  const posts = Array.from({ length: 3 + at }, (_, index) =>
    aPost(account, {
      createdAt: Date.UTC(2024, 5, 12) + at * 3_600_000 + (index * monthMs) / (2 + at),
      // The likes of every third post are unknown.
      metrics: { ...unknownMetrics, likes: index % 3 === 0 ? null : index % 2 },
      hashtags: ['lark', `tag${at}`],
      words: ['song', `word${index}`],
    }),
  );
  await savePosts(db, account, posts);
}
const handles = accounts.map((account) => account.handle);

/** Sends a query and counts its statements. */
async function count(query: string, variables: Record<string, unknown> = {}) {
  statements = 0;
  const { data, errors } = await ask(app, query, variables);
  expect(errors).toBeUndefined();
  return { statements, data };
}

/** Every field of Stats, with the arguments that have their own statements. */
const everyStat = `from to timeZone hourUnknown computedAt known(metric: LIKES) knownImpressions: known(metric: IMPRESSIONS) totals { posts authors activeDays emotes engagementMedian engagementP90 }
  byHour byWeekday(metric: AUTHORS) byHourOfWeek(metric: LIKES) hours: byHour(metric: AUTHORS)
  series { values } hourly: series(interval: HOUR) { values } likes: series(interval: WEEK, metric: LIKES) { values }
  authors: series(metric: AUTHORS) { values } observed: series(basis: OBSERVED, metric: LIKES) { values }
  busiest(first: 5) { label } busiestHours: busiest(interval: HOUR, first: 5) { label }
  streaks { longest { days } } calendar(year: 2024) { posts } latestCalendar { posts } sentimentSeries(interval: YEAR) { positive } topPosts(by: LIKES, first: 3) { text author { handle } stream { title } }
  rated: topPosts(by: SENTIMENT) { id } topTerms(kind: WORD, first: 5) { term count share previous } tags: topTerms(kind: HASHTAG, first: 10) { term }
  emotes: topTerms(kind: EMOTE, first: 2) { term emote { name } }
  topAuthors { author { handle } posts } sentiment { mean } followers { values }
  bestTimes { hour } byLikes: bestTimes(metric: LIKES) { hour } providers { provider posts collectedAt }`;
const inRange =
  'stats(range: { from: "2024-06-29T10:07:00Z", to: "2024-08-02T11:11:00Z" }, timeZone: "Asia/Kathmandu")';
const page = '{ totalCount nodes { id text } pageInfo { hasNextPage hasPreviousPage endCursor } }';
const stream = `id title freshness { stale coverage version } jobs(first: 2) { totalCount nodes { id } }
  newest: posts(first: 2) ${page} oldest: posts(orderBy: OLDEST, last: 3) ${page} liked: posts(orderBy: LIKES, first: 1) ${page}
  least: posts(orderBy: LIKES, last: 2) ${page} found: posts(filter: { search: "post" }, orderBy: RELEVANCE, first: 2) ${page}
  stats { ${everyStat} } ranged: ${inRange} { ${everyStat} previous { ${everyStat} } lastYear: previous(by: YEAR) { totals { posts } } }`;

test('the selection has every field of Stats', () => {
  const type = schema.getType('Stats');
  const fields = isObjectType(type) ? Object.keys(type.getFields()) : [];
  const asked = new Set(`${everyStat} previous`.match(/\b[a-zA-Z]+\b/g));
  expect(fields.filter((name) => !asked.has(name))).toEqual([]);
});

// One account may take one more: the first page of a search first checks whether the search is a common one.
describe('twenty accounts take no more statements than one', () => {
  test('by their handles, with every stat', async () => {
    const query = `query ($handles: [String!]!) { accounts(handles: $handles) { ${stream} } }`;
    const one = await count(query, { handles: handles.slice(0, 1) });
    const all = await count(query, { handles });
    expect(all.statements).toBeLessThanOrEqual(one.statements);
    // Together each has the same answer as alone.
    for (const [at, handle] of handles.entries()) {
      const alone = await count(query, { handles: [handle] });
      expect(all.data.accounts[at]).toEqual(alone.data.accounts[0]);
    }
  });

  test('by aliases of account and node', async () => {
    const { data } = await count('query ($handles: [String!]!) { accounts(handles: $handles) { id } }', {
      handles,
    });
    const aliased = (accountOf: (at: number) => string, size: number) =>
      `{ ${Array.from({ length: size }, (_, at) => `a${at}: ${accountOf(at)} { ...Totals }`).join(' ')} }
        fragment Totals on Account { title stats { totals { posts authors engagementMedian } } }`;
    for (const accountOf of [
      (at: number) => `account(handle: "${handles[at]}")`,
      (at: number) => `node(id: "${data.accounts[at].id}")`,
    ]) {
      const one = await count(aliased(accountOf, 1));
      const all = await count(aliased(accountOf, many));
      expect(all.statements).toBe(one.statements);
      expect(Object.keys(all.data)).toHaveLength(many);
    }
  });

  test('as a list of streams', async () => {
    const query = `query ($first: Int) { streams(first: $first) { nodes { ${stream} } } }`;
    const one = await count(query, { first: 1 });
    expect((await count(query, { first: many })).statements).toBeLessThanOrEqual(one.statements);
  });

  const folder = new URL('../../../schema/operations/', import.meta.url);
  const operations = readdirSync(folder)
    .map((name) => ({ name, text: readFileSync(new URL(name, folder), 'utf8') }))
    .filter(({ text }) => text.includes('account(handle: $handle)'));

  test.each(operations)('in the shape of $name', async ({ text }) => {
    const query = overAccounts(text);
    const one = await count(query, { handles: handles.slice(0, 1) });
    const all = await count(query, { handles });
    expect(all.data.accounts).toHaveLength(many);
    expect(all.statements).toBe(one.statements);
  });
});

/** The operation with accounts(handles: $handles) in place of account(handle: $handle). */
function overAccounts(text: string): string {
  const document = visit(parse(text), {
    VariableDefinition: (node) => (node.variable.name.value === 'handle' ? null : undefined),
    Field: (node): FieldNode | undefined =>
      node.name.value === 'account'
        ? {
            ...node,
            name: { kind: Kind.NAME, value: 'accounts' },
            arguments: [
              {
                kind: Kind.ARGUMENT,
                name: { kind: Kind.NAME, value: 'handles' },
                value: { kind: Kind.VARIABLE, name: { kind: Kind.NAME, value: 'handles' } },
              },
            ],
          }
        : undefined,
  });
  return print(document).replace(/^(query \w+)\(/m, '$1($handles: [String!]!, ');
}

test('topics by aliases take as many statements as one', async () => {
  const queries = Array.from({ length: many }, (_, at) => `bird number ${at}`);
  for (const query of queries) {
    const streamId = await findOrCreateTopic(db.sql, query);
    await writeBatch(
      db.sql,
      { streamId, platform: 'X', provider: 'X_API' },
      { account: null, posts: [aPost(anAccount())], read: asGiven, collectedAt: observed },
    );
  }
  const aliased = (size: number) =>
    `{ ${queries
      .slice(0, size)
      .map(
        (query, at) =>
          `t${at}: topic(query: "${query.toUpperCase()}") { query stats { topAuthors { posts } } }`,
      )
      .join(' ')} }`;
  const one = await count(aliased(1));
  const all = await count(aliased(many));
  expect(all.statements).toBe(one.statements);
  expect(Object.values(all.data).map((topic) => (topic as { query: string }).query)).toEqual(queries);
});

describe('one stat with several arguments', () => {
  const lists = (fields: string) =>
    `query ($handle: String!) { account(handle: $handle) { stats { ${fields} } } }`;
  const [handle] = handles;

  test.each([
    ['topTerms', 'kind', ['WORD', 'HASHTAG', 'EMOJI'], '{ term count }'],
    ['topPosts', 'by', ['LIKES', 'IMPRESSIONS', 'SENTIMENT', 'REPLIES'], '{ id }'],
    ['bestTimes', 'metric', ['ENGAGEMENT', 'LIKES', 'SENTIMENT', 'ENGAGEMENT_RATE'], '{ weekday hour lift }'],
  ])(
    '%s by each %s is one statement, and each has the same answer as alone',
    async (stat, name, values, fields) => {
      const field = (value: string) => `${value}: ${stat}(${name}: ${value}, first: 3) ${fields}`;
      const all = await count(lists(values.map(field).join(' ')), { handle });
      for (const value of values) {
        const alone = await count(lists(field(value)), { handle });
        expect(alone.statements).toBe(all.statements);
        expect(all.data.account.stats[value]).toEqual(alone.data.account.stats[value]);
      }
    },
  );

  test('stats that are computed from the days of a scope take one statement together', async () => {
    const all =
      'hourUnknown totals { posts likesReceived activeDays } byWeekday series { values } ' +
      'impressions: series(metric: IMPRESSIONS, interval: MONTH) { values } busiest { label } streaks { longest { days } } ' +
      'sentiment { mean } sentimentSeries { positive }';
    const one = await count(lists('byWeekday'), { handle });
    expect((await count(lists(all), { handle })).statements).toBe(one.statements);
  });

  test('a refused one is the only one that fails', async () => {
    const topBy = (metric: string) => `account(handle: $handle) { stats { topPosts(by: ${metric}) { id } } }`;
    const query = `query ($handle: String!) { good: ${topBy('LIKES')} bad: ${topBy('POSTS')} }`;
    const { errors } = await ask(app, query, { handle });
    expect(errors).toMatchObject([{ path: ['bad', 'stats', 'topPosts'], extensions: { code: 'BAD_INPUT' } }]);
  });
});

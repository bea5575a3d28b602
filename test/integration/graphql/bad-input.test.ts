import { describe, expect, test } from 'vitest';
import { ask, openApp } from '../../support/app.ts';
import { anAccount, aPost, savePosts } from '../../support/posts.ts';
import { openStore } from '../../support/store.ts';

const db = await openStore();
const app = openApp(db);
const account = anAccount();
await savePosts(db, account, [aPost(account, { hashtags: ['sea'] })]);

const globalId = (text: string) => Buffer.from(text).toString('base64');
const codes = async (query: string, variables: Record<string, unknown> = {}) =>
  (await ask(app, query, variables)).errors?.map((error) => error.extensions.code);
const node = (id: string) => ask(app, 'query ($id: ID!) { node(id: $id) { id } }', { id });

describe('a variable of the wrong type is BAD_INPUT', () => {
  test.each([
    ['Int', 'abc', 'posts(first: $value) { totalCount }'],
    ['Int', 1.5, 'posts(first: $value) { totalCount }'],
    ['Int', 2 ** 40, 'posts(first: $value) { totalCount }'],
    ['String', 5, 'streams(search: $value) { totalCount }'],
    ['ID!', {}, 'node(id: $value) { id }'],
    ['PostOrder!', 'BEST', 'posts(orderBy: $value) { totalCount }'],
    ['PostFilter', { colour: 'red' }, 'posts(filter: $value) { totalCount }'],
    ['PostFilter', { range: '2024' }, 'posts(filter: $value) { totalCount }'],
    ['PostFilter', { hasMedia: 'yes' }, 'posts(filter: $value) { totalCount }'],
  ])('%s given %j', async (type, value, field) => {
    expect(await codes(`query ($value: ${type}) { ${field} }`, { value })).toEqual(['BAD_INPUT']);
  });
});

test.each([
  ['one that goes on and on', 'a '.repeat(600)],
  ['one of signs alone', '-'.repeat(5_000)],
])('a search that no one types is BAD_INPUT: %s', async (_name, search) => {
  const query = 'query ($search: String!) { posts(filter: { search: $search }) { totalCount } }';
  expect(await codes(query, { search })).toEqual(['BAD_INPUT']);
});

describe('an id', () => {
  test.each(['garbage', '', 'Job:1', globalId('no colon'), globalId(':1'), globalId('Job:')])(
    'that is malformed is BAD_INPUT: %s',
    async (id) => {
      expect((await node(id)).errors?.map((error) => error.extensions.code)).toEqual(['BAD_INPUT']);
    },
  );

  test.each(['Comet:1', 'Query:1', 'Totals:1', 'DateTime:1', 'Node:1', 'Stream:1', 'constructor:1'])(
    'of a type without ids is null: %s',
    async (id) => {
      expect(await node(globalId(id))).toEqual({ data: { node: null } });
    },
  );

  test('of another type is BAD_INPUT', async () => {
    const query = `{ job(id: "${globalId('Account:1')}") { id } }`;
    expect(await codes(query)).toEqual(['BAD_INPUT']);
  });

  test.each(['Hashtag:#sea', 'Hashtag:a b', 'Hashtag: ', 'Hashtag:a.b', 'Hashtag:123'])(
    'of a text that cannot be a hashtag is null: %s',
    async (id) => {
      expect(await node(globalId(id))).toEqual({ data: { node: null } });
    },
  );

  test.each(['sea', 'SEA', 'straße', '東京', 'été_2024', 'नमस्ते'])(
    'of the hashtag %s is it in lower case',
    async (tag) => {
      const query = 'query ($id: ID!) { node(id: $id) { ... on Hashtag { tag } } }';
      const { data } = await ask(app, query, { id: globalId(`Hashtag:${tag}`) });
      expect(data.node).toEqual({ tag: tag.toLowerCase() });
    },
  );

  test.each(['Author:X:a\u0000b', 'Hashtag:a\u0000b', 'Post:1:X:\u0000', 'Account:\u0000'])(
    'that no store can hold is BAD_INPUT: %j',
    async (id) => {
      expect((await node(globalId(id))).errors?.map((error) => error.extensions.code)).toEqual(['BAD_INPUT']);
    },
  );
});

describe('text that no store can hold is BAD_INPUT', () => {
  const nothing = { handle: 'a', filter: null, search: null };
  test.each([
    ['a search', 'query ($v: String) { posts(filter: { search: $v }) { nodes { id } } }', (v: string) => v],
    [
      'a filter',
      'query ($v: PostFilter) { posts(filter: $v) { nodes { id } } }',
      (v: string) => ({ hashtags: ['a', v] }),
    ],
    [
      'a language',
      'query ($v: [String!]) { posts(filter: { languages: $v }) { nodes { id } } }',
      (v: string) => [v],
    ],
    ['a name of a stream', 'query ($v: String) { streams(search: $v) { nodes { id } } }', (v: string) => v],
    [
      'an author',
      'query ($v: [String!]) { posts(filter: { authors: $v }) { nodes { id } } }',
      (v: string) => [v],
    ],
  ])('in %s', async (_name, query, value) => {
    for (const text of ['a\u0000b', 'a\ud800', '\udc00b']) {
      expect(await codes(query, { ...nothing, v: value(text) })).toEqual(['BAD_INPUT']);
    }
    expect(await codes(query, { v: value('emoji_😀'.slice(0, 6)) })).toBeUndefined();
  });

  test('in a document', async () => {
    expect(await codes('{ streams(search: "a\\u0000") { nodes { id } } }')).toEqual(['BAD_INPUT']);
    expect(await codes('{ streams(search: "\\uD83D\\uDE00 😀") { nodes { id } } }')).toBeUndefined();
  });

  test('in a subscription', async () => {
    expect(await codes('subscription ($v: ID!) { jobProgress(id: $v) { id } }', { v: '\u0000' })).toEqual([
      'BAD_INPUT',
    ]);
  });
});

describe('an instant', () => {
  const queries = [
    'query ($r: TimeRange) { posts(filter: { range: $r }) { nodes { id } } }',
    'query ($r: TimeRange) { topHashtags(range: $r) { posts } }',
    `query ($r: TimeRange) { account(handle: "${account.handle}") { stats(range: $r) { totals { posts } followers(interval: YEAR) { values } observed: series(basis: OBSERVED, interval: YEAR) { values } topTerms(kind: WORD) { term } } } }`,
  ];
  const ask3 = async (r: object) => (await Promise.all(queries.map((query) => codes(query, { r })))).flat();

  test.each(['0000-06-01T00:00:00Z', '9999-12-31T23:59:59-14:00', '0001-01-01T00:00:00+01:00'])(
    'outside the years 1 to 9999 is BAD_INPUT: %s',
    async (at) => {
      expect(await ask3({ from: at })).toEqual(['BAD_INPUT', 'BAD_INPUT', 'BAD_INPUT']);
    },
  );

  test('is accepted at both ends of these years', async () => {
    const r = { from: '0001-01-01T00:00:00Z', to: '9999-12-31T23:59:59.999Z' };
    expect(await ask3(r)).toEqual([undefined, undefined, undefined]);
  });
});

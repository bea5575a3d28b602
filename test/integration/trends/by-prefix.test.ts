import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { EnrichedPost } from '../../../src/shared/post.ts';
import { findOrCreateTopic } from '../../../src/streams/create.ts';
import { ask, openApp } from '../../support/app.ts';
import { anAccount, aPost, asGiven, observed, writeBatch } from '../../support/posts.ts';
import { openStore } from '../../support/store.ts';
import { onOneNode } from '../../support/on-one-node.ts';

const db = await openStore();
const app = openApp(db);

const tags = [
  'sea',
  'seaside',
  'season',
  'se_a',
  'seza',
  'séance',
  'opendata',
  '2024',
  '2024vote',
  '海',
  '海辺',
];
const people = ['Sea', 'sea_lark', 'sea1lark', 'SeaLark', 'seb', 'other'].map((handle) =>
  anAccount({ handle }),
);

/** A post that two topics may find, so that adding up streams would count it twice. */
type Found = { readonly topics: readonly number[]; readonly post: EnrichedPost };
const someFound = fc
  .record({
    topics: fc.subarray([0, 1], { minLength: 1 }),
    author: fc.nat({ max: people.length - 1 }),
    hashtags: fc.subarray(tags),
    isRepost: fc.boolean(),
  })
  .map(({ topics, author, hashtags, isRepost }): Found => {
    const account = people[author] as (typeof people)[number];
    return { topics, post: aPost(account, { hashtags, kind: isRepost ? 'REPOST' : 'ORIGINAL' }) };
  });
const [given] = fc.sample(fc.array(someFound, { minLength: 120, maxLength: 120 }), { numRuns: 1, seed: 5 });
const all = given ?? [];
for (const [at, query] of ['one', 'two'].entries()) {
  const streamId = await findOrCreateTopic(db.sql, query);
  const posts = all.filter(({ topics }) => topics.includes(at)).map(({ post }) => post);
  const batch = { account: null, posts, read: asGiven, collectedAt: observed };
  await writeBatch(db.sql, { streamId, platform: 'X', provider: 'X_API' }, batch);
}

/** The terms with this prefix, most counted first, equal ones by code point. */
function ranked(names: readonly string[], prefix: string): readonly string[] {
  const counts = new Map<string, number>();
  for (const name of names) if (name.startsWith(prefix)) counts.set(name, (counts.get(name) ?? 0) + 1);
  return [...counts].sort(([a, n], [b, m]) => m - n || (a < b ? -1 : 1)).map(([name]) => name);
}

const find = (search: string, first?: number) =>
  ask(
    app,
    `query ($search: String!, $first: Int! = 10) {
      hashtags(search: $search, first: $first) { tag posts } }`,
    { search, ...(first === undefined ? {} : { first }) },
  );
const findPeople = async (search: string, first = 10): Promise<readonly string[]> => {
  const query = `query ($search: String!, $first: Int!) { authors(search: $search, first: $first) { handle } }`;
  const { data, errors } = await ask(app, query, { search, first });
  expect(errors).toBeUndefined();
  return data.authors.map(({ handle }: { handle: string }) => handle);
};

describe('hashtags by their first letters', () => {
  const used = all.flatMap(({ post }) => (post.kind === 'REPOST' ? [] : post.hashtags));

  test.each(['s', 'se', 'sea', 'seas', 'se_', '2', '2024', '海', 'sé', 'none'])('%s', async (prefix) => {
    const expected = ranked(used, prefix);
    const { data, errors } = await find(prefix, 20);
    expect(errors).toBeUndefined();
    expect(data.hashtags.map(({ tag }: { tag: string }) => tag)).toEqual(expected);
    for (const { tag, posts } of data.hashtags)
      expect(posts).toBe(used.filter((each) => each === tag).length);
  });

  test.each(['#SEA', ' ＃Sea', 'ＳＥＡ'])('are found as people type them: %s', async (typed) => {
    expect((await find(typed)).data).toEqual((await find('sea')).data);
  });

  test('are the first few', async () => {
    expect((await find('s', 2)).data.hashtags).toEqual((await find('s', 20)).data.hashtags.slice(0, 2));
  });

  test.each([
    ['', 10],
    ['#', 10],
    ['a b', 10],
    ['a-b', 10],
    ['x'.repeat(300), 10],
    ['a', 0],
    ['a', 21],
  ])('%j, first %i is BAD_INPUT', async (search, first) => {
    expect((await find(search, first)).errors?.[0]?.extensions.code).toBe('BAD_INPUT');
  });
});

describe('authors by the first letters of their handle', () => {
  const written = all.map(({ post }) => post.author.handle.toLowerCase());

  test.each(['s', 'sea', 'sea_', 'SEA', '@sea', 'o', 'nobody'])('%s', async (typed) => {
    const found = await findPeople(typed);
    expect(found.map((handle) => handle.toLowerCase())).toEqual(
      ranked(written, typed.replace('@', '').toLowerCase()),
    );
  });

  test('are found by an earlier handle, and shown as last seen', async () => {
    const [before, now] = ['former', 'latter'].map((handle) => anAccount({ handle, platformId: '77' }));
    for (const [at, account] of [before, now].entries()) {
      const streamId = await findOrCreateTopic(db.sql, `renamed ${at}`);
      const posts = [aPost(account as NonNullable<typeof account>, { observedAt: observed + at })];
      const batch = { account: null, posts, read: asGiven, collectedAt: observed };
      await writeBatch(db.sql, { streamId, platform: 'X', provider: 'X_API' }, batch);
    }
    expect(await findPeople('form')).toEqual(['latter']);
    expect(await findPeople('latt')).toEqual(['latter']);
  });

  test.each([
    ['', 10],
    ['@', 10],
    ['a b', 10],
    ['séa', 10],
    ['a%', 10],
    ['a'.repeat(26), 10],
    ['a', 0],
    ['a', 21],
  ])('%j, first %i is BAD_INPUT', async (search, first) => {
    const query = `query ($s: String!, $f: Int!) { authors(search: $s, first: $f) { id } }`;
    const { errors } = await ask(app, query, { s: search, f: first });
    expect(errors?.[0]?.extensions.code).toBe('BAD_INPUT');
  });
});

onOneNode('an index serves both, of however many there are', async () => {
  const plan = async (query: string) => {
    const rows = await db.sql.begin(async (tx) => {
      await tx`set local enable_seqscan = off`;
      return tx.unsafe(`explain ${query}`);
    });
    return rows.map((row) => row['QUERY PLAN']).join('\n');
  };
  const range = (text: string) => `${text} ~>=~ 'a' and ${text} ~<~ 'b'`;
  expect(await plan(`select from tally_totals where dimension = 'HASHTAG' and ${range('value')}`)).toContain(
    'tally_totals_hashtag',
  );
  expect(await plan(`select from authors where ${range('lower(handle)')}`)).toContain('authors_handles');
  expect(await plan(`select from authors where lower(handle) = any('{a,b}'::text[])`)).toContain(
    'authors_handles',
  );
});

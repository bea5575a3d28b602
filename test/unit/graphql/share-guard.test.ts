import { buildSchema, execute, type GraphQLResolveInfo, isObjectType, parse } from 'graphql';
import { describe, expect, test } from 'vitest';
import type { Grant } from '../../../src/access/share-token.ts';
import { guardedForShares } from '../../../src/graphql/share-guard.ts';
import { ruleOf, openFields, openTypes, openTrendTypes } from '../../../src/graphql/share-rules.ts';
import { schema } from '../../../src/schema.ts';

const page: Grant = { shareId: 1, path: '/x/nasa', streamIds: new Set([7]), trends: false };
const trends: Grant = { ...page, path: '/trending', streamIds: new Set(), trends: true };

/** Every field of the API. */
const all = Object.values(schema.getTypeMap())
  .filter((type) => isObjectType(type))
  .filter(({ name }) => !name.startsWith('__'))
  .flatMap((type) => Object.values(type.getFields()).map((field) => ({ type: type.name, field })));
const nameOf = ({ type, field }: (typeof all)[number]) => `${type}.${field.name}`;

/** A context in which everything but the caller fails: a refused field has read nothing. */
const contextOf = (share: Grant) =>
  new Proxy({ caller: { share } } as Record<string, unknown>, {
    get(target, name) {
      if (name === 'caller') return target.caller;
      throw new Error(`${String(name)} was asked for`);
    },
  });

/** Whether a share is refused a field, by its resolver and by its subscription. */
function isRefused({ field }: (typeof all)[number], share: Grant, args: object = {}): boolean {
  const run = (resolve: typeof field.resolve): boolean => {
    try {
      const given: unknown = resolve?.({}, args, contextOf(share), {
        schema,
      } as unknown as GraphQLResolveInfo); // safe: no more is read
      if (given instanceof Promise) given.catch(() => {});
      return false;
    } catch (error) {
      return /is not part of what was shared$/.test(String(error));
    }
  };
  const refusals = [field.resolve, ...(field.subscribe ? [field.subscribe] : [])].map(run);
  expect(new Set(refusals).size).toBe(1);
  return refusals[0] === true;
}

const id = Buffer.from('Account:7').toString('base64');

describe('a share of a page', () => {
  const entities = ['Query', 'Mutation', 'Subscription', 'Account', 'Channel', 'Topic', 'Post'];

  test('is refused every field that is not explicitly allowed', () => {
    const open = all.filter((one) => !isRefused(one, page, { id }));
    const types = new Set(open.map(({ type }) => type));
    expect([...types].filter((type) => !entities.includes(type)).sort()).toEqual([...openTypes].sort());
    expect(
      open.filter(({ type }) => ['Query', 'Mutation', 'Subscription'].includes(type)).map(nameOf),
    ).toEqual([
      'Query.account',
      'Query.accounts',
      'Query.channel',
      'Query.topic',
      'Subscription.newMoments',
      'Subscription.newPosts',
      'Subscription.streamUpdated',
    ]);
    for (const type of ['Account', 'Channel', 'Topic', 'Post']) {
      const names = open.filter((one) => one.type === type).map(({ field }) => field.name);
      expect(names.sort()).toEqual(Object.keys(openFields[type] ?? {}).sort());
    }
  });

  test.each(['Account:8', 'Account:70', 'Topic:8', 'Channel:8', 'Job:1', 'Account:NaN', 'x:7 or 8'])(
    'does not follow %s',
    (text) => {
      const followed = all.filter(({ type }) => type === 'Subscription');
      const id = Buffer.from(text).toString('base64');
      expect(followed.filter((one) => !isRefused(one, page, { id })).map(nameOf)).toEqual([]);
    },
  );
});

describe('a share of trends', () => {
  const trending = all.filter((one) => one.field.name === 'trendingHashtags');

  test('sees counts of hashtags, and neither a post nor who wrote it', () => {
    const open = all.filter((one) => !isRefused(one, trends, { id }) && isRefused(one, page, { id }));
    expect(
      open
        .map(nameOf)
        .filter((name) => name.startsWith('Query.'))
        .sort(),
    ).toEqual([
      'Query.explainTrend',
      'Query.fastestGrowingHashtags',
      'Query.hashtag',
      'Query.hashtagNetwork',
      'Query.hashtags',
      'Query.topHashtags',
      'Query.trendingHashtags',
      'Query.trendingStatus',
    ]);
    for (const { type, field } of open)
      expect(`${type}: ${field.type}`).not.toMatch(/: .*(Post|Author|Stream|Job)\b/);
  });

  test('sees them of all streams together, not of some', () => {
    expect(trending.map((one) => isRefused(one, trends, { streams: [id] }))).toEqual([true, true]);
    expect(trending.map((one) => isRefused(one, trends, { streams: [] }))).toEqual([true, true]);
    expect(trending.map((one) => isRefused(one, trends))).toEqual([false, false]);
  });
});

test('everything that is allowed is in the schema', () => {
  const known = new Set(all.flatMap((one) => [one.type, nameOf(one)]));
  const allowed = Object.entries(openFields).flatMap(([type, names]) =>
    Object.keys(names).map((name) => `${type}.${name}`),
  );
  expect([...openTypes, ...openTrendTypes, ...allowed].filter((name) => !known.has(name))).toEqual([]);
  expect(ruleOf('Account', 'constructor')).toBe(ruleOf('Nobody', 'knows'));
});

describe('what gives streams and posts', () => {
  // The names are those of fields that are allowed.
  const made = () =>
    guardedForShares(
      buildSchema(`
        interface Node { id: ID }
        interface Stream implements Node { id: ID }
        type Account implements Node & Stream {
          id: ID posts: [Post!]! url: Post title: Post! stats: [[Post]!]
        }
        type Post implements Node { id: ID }
        type Query { account: Account accounts: [Account]! }`),
    );
  const own = { streamId: 7, id: 'own' };
  const other = { streamId: 8, id: 'SECRET' };
  const ask = (rootValue: object, query: string, share: Grant | null = page) =>
    execute({ schema: made(), document: parse(query), rootValue, contextValue: { caller: { share } } });

  test('leaves out what is of other streams', async () => {
    const account = { ...own, url: Promise.resolve(other), stats: [[own, other, null]], posts: () => [own] };
    const answer = await ask(
      {
        account,
        accounts: [other, own, Promise.resolve(other), null, { id: 'of no stream' }, { streamId: '7' }],
      },
      '{ account { id url { id } stats { id } posts { id } } accounts { id } }',
    );
    expect(answer).toEqual({
      data: {
        account: { id: 'own', url: null, stats: [[{ id: 'own' }, null, null]], posts: [{ id: 'own' }] },
        accounts: [null, { id: 'own' }, null, null, null, null],
      },
    });
  });

  test.each(['posts', 'title'])('is refused when %s cannot be without it', async (field) => {
    const account = { ...own, posts: [own, other], title: other };
    const answer = await ask({ account }, `{ account { a: ${field} { ...on Node { id } } } }`);
    expect(answer.data).toEqual({ account: null });
    expect(String(answer.errors)).toContain(`Account.${field} is not part of what was shared`);
  });

  test('gives callers without a share all', async () => {
    const account = { ...other, title: other };
    expect((await ask({ account }, '{ account { title { id } } }', null)).data).toEqual({
      account: { title: { id: 'SECRET' } },
    });
  });
});

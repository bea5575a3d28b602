import {
  buildSchema,
  type DocumentNode,
  execute,
  getOperationAST,
  isEnumType,
  isScalarType,
  parse,
  validate,
} from 'graphql';
import { compileQuery, isCompiledQuery } from 'graphql-jit';
import { expect, test } from 'vitest';
import { leavesAsSent } from '../../../src/http/leaves-as-sent.ts';
import { withRawLeaves } from '../../../src/http/raw-leaves.ts';
import { must } from '../../../src/shared/errors.ts';

const schema = buildSchema(`
  scalar Instant
  enum Colour { RED, BLUE }
  interface Named { names: [String!]! }
  type Cat implements Named { names: [String!]!, colour: [Colour], lives: Int, since: Instant }
  type Dog implements Named { names: [String!]!, days: [Instant!], isOld: Boolean }
  union Pet = Cat | Dog
  type Query {
    grid: [[Float]!], rows: [Cat!]!, named: [Named], pets: [Pet!], board: [[Cat]], none: [Int], one: Float, ids: [ID!]
    text: String, id: ID, count: Int!, colour: Colour, now: Instant, isOn: Boolean
  }
`);
const { Instant, Colour } = schema.getTypeMap();
if (isScalarType(Instant)) Instant.serialize = (value) => new Date(value as number).toISOString();
if (isEnumType(Colour)) for (const value of Colour.getValues()) expect(value.value).toBe(value.name);

const cat = { __typename: 'Cat', names: ['Tom', 'Kit'], colour: ['RED', null], lives: 9, since: 0 };
const dog = { __typename: 'Dog', names: [], days: [0, 86_400_000], isOld: false };
const root = {
  grid: [[1, null, 2.5], []],
  rows: [cat],
  named: [cat, null, dog],
  pets: [dog, cat],
  board: [[cat, null], null, []],
  none: null,
  one: 3,
  ids: ['a', 7],
  text: 'a',
  id: 'b',
  count: 2,
  colour: 'BLUE',
  now: 86_400_000,
  isOn: true,
};
const pet =
  '... on Cat { colour class: lives since } ... on Dog { days isOld } ... on Named { names } ...More __typename';
const document = parse(
  `{ grid rows { names colour lives } named { ${pet} } pets { ${pet} } board { names since } none one ids __typename
    text again: text id count colour now isOn }
  fragment More on Cat { lives again: lives }`,
);
const raw = withRawLeaves(schema);

/** The answer to a compiled query. */
async function compiled(value: object, text: DocumentNode = document) {
  expect(validate(schema, text)).toEqual([]);
  const query = compileQuery(raw, text, undefined, { disableLeafSerialization: true });
  if (!isCompiledQuery(query)) throw new Error('not compiled');
  const result = await query.query(value, {}, {});
  const finish = leavesAsSent(schema, text, must(getOperationAST(text), 'there is one'));
  if (result.errors === undefined && result.data) finish(result.data);
  return result;
}

async function sameAsPlain(value: object, text: DocumentNode = document): Promise<void> {
  const expected = await execute({ schema, document: text, rootValue: value });
  expect(expected.errors).toBeUndefined();
  expect(JSON.stringify(await compiled(value, text))).toBe(JSON.stringify(expected));
}

test('leaves and lists of them are sent as by graphql-js, at every place of an answer', () =>
  sameAsPlain(root));

test.each([
  ['numbers as text', { text: 5, id: 6 }],
  ['truth as text and as a number', { text: true, count: true, one: false }],
  ['texts as numbers', { count: '12', one: '1.5', rows: [{ ...cat, lives: '3' }] }],
  ['objects with a value', { text: { valueOf: (): unknown => 'inside' }, id: new String('x') }],
  ['numbers as truth', { isOn: 0 }],
  ['what is missing', { text: null, id: undefined, one: null, colour: null, now: undefined, isOn: null }],
  ['minus zero', { count: -0, one: -0 }],
])('%s are sent as by graphql-js', (_, values) => sameAsPlain({ ...root, ...values }));

test('resolved values are not changed', async () => {
  const own = { ...root, ids: Object.freeze([1, 2]), rows: [Object.freeze({ ...cat, lives: '3' })] };
  await sameAsPlain(Object.freeze(own));
  expect(own.ids).toEqual([1, 2]);
});

test.each([
  ['an item that does not fit', { grid: [['no number']] }],
  ['an item that is missing', { ids: ['a', null] }],
  ['an inner list that is missing', { grid: [null] }],
  ['a promise among the items', { ids: [Promise.resolve('a')] }],
  ['what is no list', { ids: 'a' }],
  ['a text that is an object', { text: {} }],
  ['a number beyond 32 bits', { count: 2 ** 31 }],
  ['a number that is none', { one: Number.NaN }],
  ['a big integer as an Int', { count: 12n }],
  ['a big integer as an ID', { id: 12n }],
  ['an unknown name of an enum', { colour: 'GREEN' }],
  ['a value that its scalar refuses', { now: Number.NaN }],
  ['an error among the leaves', { text: new Error('no text') }],
  ['a number that is missing', { count: null }],
  ['a leaf deep inside that does not fit', { board: [[{ ...cat, since: Number.NaN }]] }],
])('%s ends the compiled query, so that it runs again', async (_, values) => {
  const ended = await compiled({ ...root, ...values }).then(
    ({ errors }) => errors !== undefined,
    () => true,
  );
  expect(ended).toBe(true);
});

test('the schema itself is not changed', () => {
  expect(String(schema.getQueryType()?.getFields().grid?.type)).toBe('[[Float]!]');
  expect(String(raw.getQueryType()?.getFields().grid?.type)).toBe('String');
});

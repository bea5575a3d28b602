import { buildSchema, execute, type GraphQLSchema, isScalarType, parse } from 'graphql';
import { compileQuery, isCompiledQuery } from 'graphql-jit';
import { expect, test } from 'vitest';
import { withWholeLists } from '../../../src/http/whole-lists.ts';

const schema = buildSchema(`
  scalar Instant
  enum Colour { RED, BLUE }
  interface Named { names: [String!]! }
  type Cat implements Named { names: [String!]!, colour: [Colour] }
  type Dog implements Named { names: [String!]!, days: [Instant!] }
  union Pet = Cat | Dog
  type Query { grid: [[Float]!], rows: [Cat!]!, named: [Named], pets: [Pet!], none: [Int], one: Float, ids: [ID!] }
`);
const { Instant } = schema.getTypeMap();
if (isScalarType(Instant)) Instant.serialize = (value) => new Date(value as number).toISOString();

const cat = { __typename: 'Cat', names: ['Tom', 'Kit'], colour: ['RED', null] };
const dog = { __typename: 'Dog', names: [], days: [0, 86_400_000] };
const root = {
  grid: [[1, null, 2.5], []],
  rows: [cat],
  named: [cat, null, dog],
  pets: [dog, cat],
  none: null,
  one: 3,
  ids: ['a', 7],
};
const pet = '... on Cat { colour } ... on Dog { days } ... on Named { names } __typename';
const document = parse(
  `{ grid rows { names colour } named { ${pet} } pets { ${pet} } none one ids __typename }`,
);

async function compiled(of: GraphQLSchema, value: object, text = document) {
  const query = compileQuery(of, text, undefined, {});
  if (!isCompiledQuery(query)) throw new Error('not compiled');
  return await query.query(value, {}, {});
}

test('lists of scalars and enums are sent as item by item, wherever they stand', async () => {
  const expected = await execute({ schema, document, rootValue: root });
  expect(expected.errors).toBeUndefined();
  expect(JSON.stringify(await compiled(withWholeLists(schema, {}), root))).toBe(JSON.stringify(expected));
});

test('serializers that are given take the place of those of their types', async () => {
  const whole = withWholeLists(schema, { Float: (value) => Number(value) * 2 });
  expect(await compiled(whole, root, parse('{ grid }'))).toEqual({ data: { grid: [[2, null, 5], []] } });
});

test.each([
  ['an item that does not fit', { grid: [['no number']] }, '{ grid }'],
  ['an item that is missing', { ids: ['a', null] }, '{ ids }'],
  ['an inner list that is missing', { grid: [null] }, '{ grid }'],
  ['a promise among the items', { ids: [Promise.resolve('a')] }, '{ ids }'],
  ['what is no list', { ids: 'a' }, '{ ids }'],
])('%s is an error, so that the query runs again', async (_, value, text) => {
  const { errors } = await compiled(withWholeLists(schema, {}), value, parse(text));
  expect(errors).toHaveLength(1);
});

test('the schema itself stays as it was', () => {
  withWholeLists(schema, {});
  expect(String(schema.getQueryType()?.getFields().grid?.type)).toBe('[[Float]!]');
});

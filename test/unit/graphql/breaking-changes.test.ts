import { buildSchema } from 'graphql';
import { expect, test } from 'vitest';
import { releasedSchema, unannouncedBreaks } from '../../../src/graphql/breaking-changes.ts';

const before = 'type Query { posts(first: Int): Int likes: Int }';
const breaks = (version: string, released: string, after: string) =>
  unannouncedBreaks(releasedSchema(released, before), buildSchema(after), version);

test.each([
  ['a field goes', 'type Query { posts(first: Int): Int }', ['Query.likes was removed.']],
  [
    'an argument becomes required',
    'type Query { posts(first: Int!): Int likes: Int }',
    ['Query.posts arg first has changed type from Int to Int!.'],
  ],
  ['a field comes', 'type Query { posts(first: Int): Int likes: Int reposts: Int }', []],
  [
    'a field is deprecated',
    'type Query { posts(first: Int): Int likes: Int @deprecated(reason: "Use posts.") }',
    [],
  ],
])('when %s, the breaks are reported', (_what, after, told) => {
  expect(breaks('0.1.1', '0.1.0', after)).toEqual(told);
});

test.each([
  ['0.1.0', '0.1.0', 1],
  ['0.1.0', '0.1.9', 1],
  ['0.1.0', '0.2.0', 0],
  ['0.9.3', '1.0.0', 0],
  ['1.2.0', '1.3.0', 1],
  ['1.2.0', '1.2.1', 1],
  ['1.2.0', '2.0.0', 0],
  ['1.2.0', '2.0.0-rc.1', 0],
])('after %s, version %s has %i break to report', (released, version, count) => {
  expect(breaks(version, released, 'type Query { posts(first: Int): Int }')).toHaveLength(count);
});

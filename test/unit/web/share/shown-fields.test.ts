import { buildSchema, parse, print, validate } from 'graphql';
import { expect, test } from 'vitest';
import { withoutHiddenFields } from '../../../../web/src/share/shown-fields.ts';

const schema = buildSchema(`
  type Query { account(handle: String!): Account jobs(state: String): Jobs alerts: Alerts }
  type Account { handle: String jobs(first: Int): Jobs conversations(first: Int): Jobs }
  type Jobs { nodes: [Job] totalCount: Int }
  type Job { id: ID progress: Progress }
  type Progress { fetched: Int }
  type Alerts { nodes: [Alert] totalCount: Int }
  type Alert { name: String }`);
const shown = (text: string) => print(withoutHiddenFields(parse(text))).replaceAll(/\s+/g, ' ');

test('leaves a document as it is that asks for nothing hidden', () => {
  const text =
    'query A($h: String!) { account(handle: $h) { ...F ... on Node { id } } } fragment F on Account { title }';
  expect(shown(text)).toBe(text);
});

test('leaves out the fields that a share may not read, with everything that only they need', () => {
  const text = `
    query Page($h: String!, $n: Int!, $state: String) {
      account(handle: $h) { handle latest: jobs(first: $n) { nodes { ...Job } } ...Talk }
      ...Alerts
      jobs(state: $state) { totalCount }
    }
    fragment Job on Job { id ...Progress }
    fragment Progress on Job { progress { fetched } }
    fragment Talk on Account { conversations(first: $n) { totalCount } }
    fragment Alerts on Query { alerts { nodes { name } } }`;
  expect(validate(schema, parse(text))).toEqual([]);
  const left = withoutHiddenFields(parse(text));
  expect(validate(schema, left)).toEqual([]);
  expect(print(left).replaceAll(/\s+/g, ' ')).toBe(
    'query Page($h: String!) { account(handle: $h) { handle ...Talk } ...Alerts } ' +
      'fragment Talk on Account { __typename } fragment Alerts on Query { __typename }',
  );
});

test('a document that asks for nothing else still asks for something', () => {
  expect(shown('query { alerts { totalCount } }')).toBe('{ __typename }');
});

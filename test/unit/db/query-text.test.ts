import { sql } from 'drizzle-orm';
import { PgDialect } from 'drizzle-orm/pg-core';
import { expect, test } from 'vitest';
import { arrayOf } from '../../../src/db/array.ts';
import { queryText } from '../../../src/db/query-text.ts';
import { streams } from '../../../src/db/tables/streams.ts';

const dialect = new PgDialect();

test.each([
  ['a text', sql`select 1`],
  ['nothing', sql``],
  [
    'parameters of several levels',
    sql`select ${1} from (${sql`select ${'a'}, ${sql`${null}`}`}) q where x = ${2}`,
  ],
  [
    'names, also with quotes',
    sql`select ${sql.identifier('likes')}, ${sql`${sql.identifier('a"b"c')}`} as x`,
  ],
  [
    'raw parts and lists',
    sql`${sql.raw('select')} ${sql.join([sql`${1}`, sql.raw('2')], sql`, `)} in ${[3, 4]}`,
  ],
  ['arrays as one parameter', sql`any(${arrayOf(['x', 'y"z'])}::text[])`],
  [
    'tables and columns',
    sql`select ${streams.title} from ${streams} where ${sql`${streams.streamId} = ${7}`}`,
  ],
  [
    'values of each type',
    sql`select ${'a'}, ${1.5}, ${true}, ${null}, ${new Date(0)}, ${sql.param(7)}, ${12n}`,
  ],
  ['what is not there', sql`select 1 ${undefined} ${sql`a ${undefined} b`}`],
])('%s: the text and the parameters are those that Drizzle writes', (_name, statement) => {
  const { sql: text, params: parameters } = dialect.sqlToQuery(statement);
  expect(queryText(statement)).toEqual({ text, parameters });
});

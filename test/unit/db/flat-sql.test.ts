import { sql } from 'drizzle-orm';
import { PgDialect } from 'drizzle-orm/pg-core';
import { expect, test } from 'vitest';
import { arrayOf } from '../../../src/db/array.ts';
import { flatSql } from '../../../src/db/flat-sql.ts';
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
  ['what is not there', sql`select 1 ${undefined} ${sql`a ${undefined} b`}`],
])('%s: the flat statement has the same text and parameters', (_name, statement) => {
  expect(dialect.sqlToQuery(flatSql(statement))).toEqual(dialect.sqlToQuery(statement));
});

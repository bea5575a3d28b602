import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { distributedTables } from '../../../src/db/store-tables.ts';
import { root } from '../../support/program.ts';

/** The migrations before the first release: no older server can run beside them. */
const firstOnes = 14;
/** The migrations before the first release that distributes a store: no distributed store has to run them. */
const firstDistributed = 51;

const folder = join(root, 'drizzle');
const textsFrom = (number: number) =>
  readdirSync(folder)
    .filter((name) => name.endsWith('.sql') && Number(name.slice(0, 4)) >= number)
    .map((name) => readFileSync(join(folder, name), 'utf8'));
const statementsOf = (sql: string) => sql.split('--> statement-breakpoint');

const taking =
  /\bdrop (?:table|column|view|type)\b|\brename\b|\bset not null\b|\bset data type\b|\badd column (?!.*\bdefault\b).*\bnot null\b/i;

/** The statements of a migration that may break servers of the previous version, unless a comment says why not. */
const risky = (sql: string) =>
  statementsOf(sql).filter((statement) => taking.test(statement) && !/-- unused since \d/.test(statement));

test('migrations only add, or name the version since which a removed thing is unused', () => {
  expect(textsFrom(firstOnes).flatMap(risky)).toEqual([]);
});

test.each([
  ['ALTER TABLE "jobs" DROP COLUMN "kind";', 1],
  ['-- unused since 0.2.0\nALTER TABLE "jobs" DROP COLUMN "kind";', 0],
  ['ALTER TABLE "jobs" RENAME COLUMN "kind" TO "sort";', 1],
  ['ALTER TABLE "jobs" ALTER COLUMN "kind" SET NOT NULL;', 1],
  ['ALTER TABLE "jobs" ADD COLUMN "kind" text NOT NULL;', 1],
  ['ALTER TABLE "jobs" ADD COLUMN "kind" text DEFAULT \'\' NOT NULL;', 0],
  ['ALTER TABLE "jobs" ADD COLUMN "kind" text;', 0],
  ['CREATE TABLE "sorts" ("kind" text NOT NULL);', 0],
])('of %s, %i statement is told', (sql, count) => {
  expect(risky(sql)).toHaveLength(count);
});

const refused =
  /\balter table "(\w+)"[^;]*\b(?:set (?:statistics|storage|compression|tablespace|logged|unlogged|generated|without cluster)|add generated|drop identity|cluster on|inherit)\b|\bcreate (?:constraint )?trigger\b[^;]*\bon "(\w+)"/i;

/** The statements of a migration that Citus refuses on a distributed table. */
const refusedOf = (sql: string) =>
  statementsOf(sql).filter((statement) => {
    const [, altered, triggering] = refused.exec(statement) ?? [];
    return distributedTables.some((name) => name === altered || name === triggering);
  });

test('a distributed store takes each migration', () => {
  expect(textsFrom(firstDistributed).flatMap(refusedOf)).toEqual([]);
});

test.each([
  ['ALTER TABLE "posts"\n  ALTER COLUMN "words" SET STATISTICS 0;', 1],
  ['ALTER TABLE "posts" ALTER COLUMN "text" SET COMPRESSION lz4;', 1],
  ['CREATE TRIGGER "on_post" BEFORE INSERT ON "posts" EXECUTE FUNCTION f();', 1],
  ['ALTER TABLE "jobs" ALTER COLUMN "kind" SET STATISTICS 0;', 0],
  ['ALTER TABLE "posts" ADD COLUMN "words" text;', 0],
  ['ALTER TABLE "posts" ALTER COLUMN "words" SET DEFAULT 0;', 0],
])('of %s, Citus refuses %i statement', (sql, count) => {
  expect(refusedOf(sql)).toHaveLength(count);
});

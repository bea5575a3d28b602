import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { root } from '../../support/program.ts';

/** The migrations before the first release: no older server can run beside them. */
const firstOnes = 14;

const taking =
  /\bdrop (?:table|column|view|type)\b|\brename\b|\bset not null\b|\bset data type\b|\badd column (?!.*\bdefault\b).*\bnot null\b/i;

/** The statements of a migration that may break servers of the previous version, unless a comment says why not. */
const risky = (sql: string) =>
  sql
    .split('--> statement-breakpoint')
    .filter((statement) => taking.test(statement) && !/-- unused since \d/.test(statement));

test('migrations only add, or name the version since which a removed thing is unused', () => {
  const folder = join(root, 'drizzle');
  const later = readdirSync(folder).filter(
    (name) => name.endsWith('.sql') && Number(name.slice(0, 4)) >= firstOnes,
  );
  expect(later.flatMap((name) => risky(readFileSync(join(folder, name), 'utf8')))).toEqual([]);
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

import { sql } from 'drizzle-orm';
import { PgDialect } from 'drizzle-orm/pg-core';
import { expect, test } from 'vitest';
import { hasOnePlan, OftenSent, onePlan, ownPlan } from '../../../src/db/prepared.ts';

const sent = (often: OftenSent, text: string, times: number) =>
  Array.from({ length: times }, () => often.note(text));

test('a statement is prepared from its third run on', () => {
  expect(sent(new OftenSent(), 'select 1', 4)).toEqual([false, false, true, true]);
});

test('a long statement is never prepared', () => {
  expect(sent(new OftenSent(), `select ${'x'.repeat(20_000)}`, 5)).toEqual(Array(5).fill(false));
});

test('no more than fifty statements are prepared, and these stay', () => {
  const often = new OftenSent();
  const kept = Array.from({ length: 150 }, (_, at) => sent(often, `select ${at}`, 3).at(-1));
  expect(kept.filter(Boolean)).toHaveLength(50);
  expect([often.note('select 0'), often.note('select 149')]).toEqual([true, false]);
});

test('a statement that is not repeated is forgotten', () => {
  const often = new OftenSent();
  sent(often, 'select 0', 2);
  for (let at = 1; at <= 300; at++) often.note(`select ${at}`);
  expect(often.note('select 0')).toBe(false);
});

test('a statement with a part that is planned for its parameters is planned each time', () => {
  const text = (statement: ReturnType<typeof sql>) => new PgDialect().sqlToQuery(statement).sql;
  const [once, each] = [sql`${onePlan} select 1`, sql`${ownPlan} select 2`];
  expect([sql`select 0`, once, each, sql`${once} union all ${each}`].map(text).map(hasOnePlan)).toEqual([
    false,
    true,
    false,
    false,
  ]);
});

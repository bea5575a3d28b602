import { sql } from 'drizzle-orm';
import { expect, test } from 'vitest';
import { onePlan } from '../../../src/db/prepared.ts';
import { onOneNode } from '../../support/on-one-node.ts';
import { openStore } from '../../support/store.ts';

const db = await openStore({ poolSize: 1 });
const { signal } = new AbortController();
const { orm } = db.until({ signal });

test('a frequent statement is prepared once, and planned for its parameters each time', async () => {
  for (let at = 0; at < 8; at++) {
    expect(await orm.execute(sql`select ${at}::int as often`)).toEqual([{ often: at }]);
  }
  const [prepared, ...others] = await orm.execute(sql`
    select generic_plans::int as generic, custom_plans::int as custom from pg_prepared_statements
    where statement like '%as often'`);
  // From its third run on.
  expect([prepared, others]).toEqual([{ generic: 0, custom: 6 }, []]);
});

onOneNode('a statement with one plan is planned once', async () => {
  const read = (value: number) => orm.execute(sql`select ${onePlan} ${value}::int as planned`);
  for (let at = 0; at < 8; at++) expect(await read(at)).toEqual([{ planned: at }]);
  const plans = () =>
    orm.execute(sql`select ${onePlan} generic_plans::int as generic, custom_plans::int as custom
      from pg_prepared_statements where statement like '%as planned'`);
  // Earlier statements are sent on other connections.
  await plans();
  await plans();
  expect(await plans()).toEqual([{ generic: 6, custom: 0 }]);
});

test('a prepared statement still works when a column of its table changes its type', async () => {
  await db.sql`create table changing (value int)`;
  await db.sql`insert into changing values (1)`;
  const read = () => orm.execute(sql`select value from changing where value = ${1}::int`);
  for (let at = 0; at < 4; at++) expect(await read()).toEqual([{ value: 1 }]);
  await db.sql`alter table changing alter column value type text using value || ' more'`;
  await db.sql`alter table changing alter column value type int using 1`;
  await db.sql`alter table changing alter column value type smallint`;
  expect(await read()).toEqual([{ value: 1 }]);
});

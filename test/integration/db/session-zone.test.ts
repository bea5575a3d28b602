import { expect, test } from 'vitest';
import { afterwards } from '../../support/afterwards.ts';
import { openAgain, openStore } from '../../support/store.ts';

test('days in statements are those of UTC, whatever zone the database has', async () => {
  const store = await openStore();
  await store.sql`do $$ begin
    execute format('alter database %I set timezone to %L', current_database(), 'America/New_York');
  end $$`;
  const db = openAgain(store.url);
  afterwards(() => db.close());
  // In New York this day has 23 hours.
  const dayLater = `select timestamptz '2026-03-08T05:00Z' + interval '1 day' = timestamptz '2026-03-09T05:00Z' as is`;
  expect(await db.sql.unsafe(dayLater)).toMatchObject([{ is: true }]);
  expect(await db.orm.execute(dayLater)).toMatchObject([{ is: true }]);
});

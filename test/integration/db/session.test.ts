import { expect, test } from 'vitest';
import { afterwards } from '../../support/afterwards.ts';
import { openAgain, openStore } from '../../support/store.ts';

/** Opens a store whose database has a setting that our sessions must not have. */
async function storeWith(setting: string) {
  const store = await openStore();
  await store.sql.unsafe(`do $$ begin
    execute format('alter database %I set ${setting}', current_database());
  end $$`);
  const db = openAgain(store.url);
  afterwards(() => db.close());
  return db;
}

test('days in statements are those of UTC, whatever zone the database has', async () => {
  const db = await storeWith(`timezone to ''America/New_York''`);
  // In New York this day has 23 hours.
  const dayLater = `select timestamptz '2026-03-08T05:00Z' + interval '1 day' = timestamptz '2026-03-09T05:00Z' as is`;
  expect(await db.sql.unsafe(dayLater)).toMatchObject([{ is: true }]);
  expect(await db.orm.execute(dayLater)).toMatchObject([{ is: true }]);
});

test('no statement is compiled, whatever the database says', async () => {
  const db = await storeWith('jit to on');
  expect(await db.sql.unsafe('show jit')).toMatchObject([{ jit: 'off' }]);
  expect(await db.orm.execute('show jit')).toMatchObject([{ jit: 'off' }]);
});

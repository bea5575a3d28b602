import { sql } from 'drizzle-orm';
import { expect, test } from 'vitest';
import { openDatabase } from '../../src/db/client.ts';
import { openDetour } from '../support/detour.ts';
import { openStore } from '../support/store.ts';

const store = await openStore();

test('queries fail while Postgres is away, and work when it is back', async () => {
  const detour = await openDetour(store.url);
  const db = openDatabase(detour.url, { poolSize: 2 });
  const ask = () => db.orm.execute(sql`select 1 as one`);
  await ask();
  await detour.close();
  for (let attempt = 0; attempt < 5; attempt++) await expect(ask()).rejects.toThrow();
  await detour.open();
  for (let attempt = 0; attempt < 5; attempt++) expect(await ask()).toEqual([{ one: 1 }]);
  await db.close();
  await detour.close();
});

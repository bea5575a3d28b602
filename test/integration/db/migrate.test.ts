import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import postgres from 'postgres';
import { expect, test } from 'vitest';
import { migrate } from '../../../src/db/migrate.ts';
import { afterwards } from '../../support/afterwards.ts';
import { migrationsAnd } from '../../support/migrations.ts';
import { onOneNode } from '../../support/on-one-node.ts';
import { program } from '../../support/program.ts';
import { aMachine } from '../../support/servers.ts';
import { openStore } from '../../support/store.ts';

test('a migration that waits for a long reader lets others read, and runs when the reader is done', async () => {
  const { sql, url } = await openStore();
  const folder = await migrationsAnd('alter table accounts add column next text');
  const reader = postgres(url, { max: 1 });
  afterwards(() => reader.end());
  await reader.unsafe('begin; select * from accounts');
  const migrated = migrate(url, undefined, folder);
  const isWaiting = async () => {
    const [row] = await sql<{ waiting: boolean }[]>`
      select exists (select from pg_locks where not granted and relation = 'accounts'::regclass) as waiting`;
    return row?.waiting;
  };
  await expect.poll(isWaiting, { interval: 20 }).toBe(true);
  expect(await sql`select count(*) from accounts`).toHaveLength(1);
  await reader.unsafe('commit');
  await migrated;
  expect(await sql`select next from accounts`).toEqual([]);
  // A server of the previous version may start at the same time, or replace it again.
  await migrate(url);
  expect(await sql`select next from accounts`).toEqual([]);
});

test('an invalid migration fails at once, and changes nothing', async () => {
  const { sql, url } = await openStore();
  const folder = await migrationsAnd(
    'create table next (id int);\n--> statement-breakpoint\nselect nonsense',
  );
  await expect(migrate(url, undefined, folder)).rejects.toThrow('nonsense');
  expect(await sql`select to_regclass('next') as name`).toEqual([{ name: null }]);
});

// Citus goes with the schema.
onOneNode('`larkstat migrate` creates a missing store, and says so', async () => {
  const { sql, url } = await openStore();
  await sql`drop schema public, drizzle cascade`;
  await sql`create schema public`;
  const env = { PATH: process.env.PATH, DATABASE_URL: url, LARKSTAT_DATA: await aMachine() };
  const { stdout } = await promisify(execFile)(process.execPath, [program, 'migrate', '--json'], { env });
  expect(JSON.parse(stdout)).toEqual({ database: 'external', version: expect.any(String) });
  expect(await sql`select count(*)::int from accounts`).toEqual([{ count: 0 }]);
});

import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { promisify } from 'node:util';
import postgres from 'postgres';
import { describe, expect, inject, test } from 'vitest';
import { openDatabase } from '../../../src/db/client.ts';
import { CitusMissingError, distributeNewTables, distributeStore } from '../../../src/db/distribute.ts';
import { MigrationRefusedError, migrate } from '../../../src/db/migrate.ts';
import { missingOf, readPlacement } from '../../../src/db/placement.ts';
import {
  distributedTables,
  notDistributed,
  storeTables,
  streamTables,
} from '../../../src/db/store-tables.ts';
import { verifyStream } from '../../support/verify.ts';
import { findOrCreateAccount } from '../../../src/streams/create.ts';
import { afterwards } from '../../support/afterwards.ts';
import { dropDeadRuns, makeCitusDatabase, nameBeside } from '../../support/citus.ts';
import { migrationsAnd } from '../../support/migrations.ts';
import { anAccount, aPost, asGiven, observed, writeBatch } from '../../support/posts.ts';
import { program } from '../../support/program.ts';
import { aMachine } from '../../support/servers.ts';
import { openStore } from '../../support/store.ts';

const cluster = process.env.CITUS_URL ?? '';

test('tables with the stream first in a key of several columns are distributed, posts first', async () => {
  const { sql } = await openStore();
  const keys = await sql<{ name: string }[]>`
    select c.relname as name from pg_index i join pg_class c on c.oid = i.indrelid
      join pg_attribute a on a.attrelid = c.oid and a.attnum = i.indkey[0]
    where i.indisprimary and i.indnkeyatts > 1 and a.attname = 'stream_id' and c.relname = any(${[...storeTables]})
    order by 1`;
  const names = keys.map(({ name }) => name).filter((name) => !(name in notDistributed));
  expect([...distributedTables].sort()).toEqual(names);
  expect(distributedTables[0]).toBe('posts');
  expect(streamTables).toEqual(expect.arrayContaining(Object.keys(notDistributed)));
});

test('no unique index of a distributed table leaves the stream out', async () => {
  const { sql } = await openStore();
  const rows = await sql`
    select i.indexrelid::regclass::text as name from pg_index i
    where i.indisunique and i.indrelid = any(${[...distributedTables]}::text[]::regclass[])
      and not exists (select from pg_attribute a
        where a.attrelid = i.indrelid and a.attname = 'stream_id' and a.attnum = any(i.indkey))`;
  expect(rows).toEqual([]);
});

describe.skipIf(inject('isDistributed'))('without Citus', () => {
  test('nothing is distributed, and the message says what to do', async () => {
    const { url, sql } = await openStore();
    await expect(distributeStore(url, { shards: 32 })).rejects.toThrow(CitusMissingError);
    expect(await readPlacement(sql)).toMatchObject({ citus: null, nodes: 0, distributed: [], shards: 0 });
  });

  test('`larkstat distribute --json` gives BAD_INPUT', async () => {
    const { url } = await openStore();
    const env = { PATH: process.env.PATH, DATABASE_URL: url, LARKSTAT_DATA: await aMachine() };
    const failed = await promisify(execFile)(process.execPath, [program, 'distribute', '--json'], {
      env,
    }).catch((error: { stdout: string }) => error);
    expect(JSON.parse(failed.stdout)).toMatchObject({
      error: { code: 'BAD_INPUT', message: expect.stringContaining('Citus') },
    });
  });

  test.each([0, -1, 1_025, 1.5, Number.NaN])('%d shards are refused', async (shards) => {
    const { url } = await openStore();
    await expect(distributeStore(url, { shards })).rejects.toMatchObject({ code: 'BAD_INPUT' });
  });
});

describe.skipIf(cluster === '')('on a Citus cluster', () => {
  const aStore = async () => {
    const { url, drop } = await makeCitusDatabase(cluster, nameBeside(inject('clusterUrl')));
    afterwards(drop);
    const client = postgres(url, { max: 1, onnotice: () => {} });
    afterwards(() => client.end());
    return { url, client };
  };

  async function write(url: string, ids: readonly string[]): Promise<number> {
    const { distributed } = await withClient(url, readPlacement);
    const db = openDatabase(url, { poolSize: 2, twoPhases: distributed.length > 0 });
    try {
      const account = { ...anAccount(), platformId: '77', handle: 'somebody' };
      const streamId = await findOrCreateAccount(db.sql, account);
      const posts = ids.map((platformId) => aPost(account, { platformId }));
      const source = { streamId, platform: 'X', provider: 'X_API' } as const;
      await writeBatch(db.sql, source, { account, posts, read: asGiven, collectedAt: observed });
      expect(await verifyStream(db.sql, streamId)).toEqual([]);
      return streamId;
    } finally {
      await db.close();
    }
  }

  async function withClient<T>(url: string, work: (client: postgres.Sql) => Promise<T>): Promise<T> {
    const client = postgres(url, { max: 1, onnotice: () => {} });
    try {
      return await work(client);
    } finally {
      await client.end();
    }
  }

  /** Returns the rows of the last statement on each node. */
  const onEach = (nodes: readonly string[], ...statements: readonly string[]) =>
    Promise.all(
      nodes.map((node) =>
        withClient(node, async (client) => {
          let rows: readonly unknown[] = [];
          for (const statement of statements) rows = [...(await client.unsafe(statement))];
          return rows;
        }),
      ),
    );

  test('a store with posts is distributed with all its data, and continues', async () => {
    const { url, client } = await aStore();
    const streamId = await write(url, ['1', '2', '3']);
    const dry = await distributeStore(url, { shards: 4, dryRun: true });
    expect(dry).toMatchObject({ tables: distributedTables, shards: 4 });
    expect((await readPlacement(client)).distributed).toEqual([]);
    expect(await distributeStore(url, { shards: 4 })).toMatchObject({ tables: distributedTables, shards: 4 });
    expect(missingOf(await readPlacement(client))).toEqual([]);
    // Only the nodes of the shards have the rows.
    expect(await client`select pg_relation_size('posts')::int as bytes`).toEqual([{ bytes: 0 }]);
    expect(await write(url, ['3', '4'])).toBe(streamId);
    expect(await client`select count(*)::int as posts from posts where stream_id = ${streamId}`).toEqual([
      { posts: 4 },
    ]);
    // A second run changes nothing.
    expect(await distributeStore(url, { shards: 8 })).toMatchObject({ tables: [], shards: 4 });
  });

  test('sessions on workers have the zone of ours, and compile nothing', async () => {
    const { url, client } = await aStore();
    await distributeStore(url, { shards: 4 });
    for (const [name, value] of [
      ['timezone', 'UTC'],
      ['jit', 'off'],
    ])
      expect(
        await client`select distinct success, result from run_command_on_workers(${`show ${name}`})`,
      ).toEqual([{ success: true, result: value }]);
  });

  test('an interrupted distribution continues where it ended', async () => {
    const { url, client } = await aStore();
    await write(url, ['1', '2']);
    for (const last of ['posts', 'post_terms']) {
      const broken = new AbortController();
      const onTable = (name: string) => name === last && broken.abort(new Error('broken off'));
      await expect(distributeStore(url, { shards: 4, signal: broken.signal, onTable })).rejects.toThrow(
        'broken off',
      );
      // Meanwhile the store works.
      await write(url, ['1', '2', '3']);
    }
    const { tables } = await distributeStore(url, { shards: 4 });
    expect(tables).toEqual(distributedTables.slice(distributedTables.indexOf('post_terms')));
    expect(missingOf(await readPlacement(client))).toEqual([]);
    await write(url, ['4']);
  });

  test('databases of runs that died are dropped on each node, and those of this run are not', async () => {
    const nodes = inject('clusterNodes');
    const dead = `larkstat_test_${randomBytes(6).toString('hex')}`;
    const own = nameBeside(inject('clusterUrl'));
    const names = [dead, `${dead}_clone`, own];
    afterwards(() => onEach(nodes, ...names.map((name) => `drop database if exists ${name}`)));
    await onEach(nodes, ...names.map((name) => `create database ${name}`));
    await dropDeadRuns(nodes);
    const left = `select datname from pg_database where datname in ('${names.join("', '")}')`;
    expect(await onEach(nodes, left)).toEqual(nodes.map(() => [{ datname: own }]));
  });

  test('nothing is distributed while another process uses the store', async () => {
    const { url, client } = await aStore();
    const other = openDatabase(url, { poolSize: 1, applicationName: 'larkstat server' });
    afterwards(() => other.close());
    await other.sql`select 1`;
    await expect(distributeStore(url, { shards: 4 })).rejects.toThrow('larkstat server');
    expect((await readPlacement(client)).distributed).toEqual([]);
  });

  test('a table that a later migration adds is distributed with it', async () => {
    const { url, client } = await aStore();
    await distributeStore(url, { shards: 4 });
    await client`drop table viewer_readings`;
    await client`create table viewer_readings (stream_id integer, observed_at timestamptz, viewers bigint not null,
      primary key (stream_id, observed_at))`;
    const before = new Set(distributedTables.filter((name) => name !== 'viewer_readings'));
    await distributeNewTables(client, before);
    expect(missingOf(await readPlacement(client))).toEqual([]);
  });

  test('a migration that Citus refuses changes nothing, and says what to do', async () => {
    const { url, client } = await aStore();
    await distributeStore(url, { shards: 4 });
    const folder = await migrationsAnd(
      'alter table posts add column next text;\n--> statement-breakpoint\nalter table posts alter column next set statistics 0',
    );
    await expect(migrate(url, undefined, folder)).rejects.toThrow(MigrationRefusedError);
    expect(
      await client`select 1 from pg_attribute where attrelid = 'posts'::regclass and attname = 'next'`,
    ).toEqual([]);
    // What it needs is created on each node.
    const taken = await migrationsAnd('alter table posts add column next text');
    await migrate(url, undefined, taken);
    expect(await client`select next from posts where stream_id = 1`).toEqual([]);
  });
});

import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { loadConfig } from '../../../src/config.ts';
import { startServer } from '../../../src/server.ts';
import { openStore } from '../../support/store.ts';

const db = await openStore();
let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'larkstat-server-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const start = (more: Readonly<Record<string, string>> = {}) => {
  const environment = {
    ...process.env,
    PORT: '0',
    LARKSTAT_DATA: folder,
    DATABASE_URL: db.url,
    LOG_LEVEL: 'silent',
    ...more,
  };
  return startServer(loadConfig(environment), environment);
};

/** The connections to this test's database but those of the test itself, and of the nodes of a cluster. */
const connections = async () => {
  const rows = await db.sql`
    select application_name from pg_stat_activity
    where datname = current_database() and backend_type = 'client backend' and application_name <> 'larkstat'
      and application_name not like 'citus_internal%'`;
  return rows.map((row) => row.application_name);
};

test('a start that fails half-way leaves nothing open', async () => {
  // The versions of the streams are read when store, keys and queue are open.
  await db.sql`alter table registry rename to registry_elsewhere`;
  await expect(start()).rejects.toThrow(/registry/);
  await db.sql`alter table registry_elsewhere rename to registry`;
  await expect.poll(connections).toEqual([]);
});

test('nor does one at a port in use', async () => {
  const other = createServer();
  await new Promise<void>((done) => other.listen(0, '127.0.0.1', done));
  const { port } = other.address() as { port: number };
  await expect(start({ PORT: String(port) })).rejects.toThrow(`Port ${port} is taken: set PORT`);
  await expect.poll(connections).toEqual([]);
  other.close();
});

test('a registered operation that does not fit the schema stops the start', async () => {
  await writeFile(join(folder, 'mine.graphql'), '{ nothing }');
  await expect(start({ OPERATIONS_DIR: folder })).rejects.toThrow(
    `OPERATIONS_DIR: ${join(folder, 'mine.graphql')}: Cannot query field "nothing"`,
  );
  await expect.poll(connections).toEqual([]);
});

test('with OPERATIONS=only it runs registered operations, and shows no GraphiQL', async () => {
  await writeFile(join(folder, 'mine.graphql'), '{ __typename }');
  const server = await start({
    OPERATIONS_DIR: folder,
    OPERATIONS: 'only',
    LARKSTAT_DEMO: 'off',
    LARKSTAT_WORKER: 'off',
  });
  const get = async (path: string, accept: string) =>
    (await fetch(`${server.url.replace(/\/graphql$/, '')}/graphql${path}`, { headers: { accept } })).json();
  expect(await get('?id=mine', 'application/json')).toEqual({ data: { __typename: 'Query' } });
  for (const answer of [await get('?query={__typename}', 'application/json'), await get('', 'text/html')]) {
    expect(answer).toMatchObject({ errors: [{ extensions: { code: 'FORBIDDEN' } }] });
  }
  await server.close();
});

import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import postgres from 'postgres';
import { distributeStore } from '../../src/db/distribute.ts';
import { migrate } from '../../src/db/migrate.ts';

/** A database on all nodes of a cluster. */
export type CitusDatabase = {
  readonly name: string;
  /** Its address on the coordinator. */
  readonly url: string;
  /** The database on each node, coordinator first, for cloning. */
  readonly nodes: readonly string[];
  drop(): Promise<void>;
};

/** Few: each statement across streams becomes one statement per shard. */
const shards = 4;

const on = async (url: string, ...statements: readonly string[]): Promise<void> => {
  const client = postgres(url, { max: 1, onnotice: () => {} });
  try {
    for (const statement of statements) await client.unsafe(statement);
  } finally {
    await client.end({ timeout: 5 });
  }
};

/** The address of another database, on the same node or on the given one. */
function at(url: string, database: string, node?: { readonly host: string; readonly port: number }): string {
  const other = new URL(`/${database}`, url);
  if (node !== undefined) Object.assign(other, { hostname: node.host, port: String(node.port) });
  return other.href;
}

/** The start of every test database's name; the letters of the run follow it. */
const prefix = 'larkstat_test_';

/** Returns a name for another database of the same run. `template`: the address of the run's template. */
export const nameBeside = (template: string): string =>
  `${new URL(template).pathname.slice(1)}_${randomBytes(6).toString('hex')}`;

/**
 * Creates a store on a cluster; it is not distributed yet. `coordinator`: the address of a database on the coordinator
 * that has Citus and its workers.
 */
export async function makeCitusDatabase(coordinator: string, name: string): Promise<CitusDatabase> {
  const client = postgres(coordinator, { max: 1 });
  const workers = await client<{ host: string; port: number }[]>`
    select nodename as host, nodeport as port from pg_dist_node where isactive and groupid > 0 order by groupid`;
  const [self] = await client<{ host: string; port: number }[]>`
    select nodename as host, nodeport as port from pg_dist_node where groupid = 0`;
  await client.end();
  const nodes = [at(coordinator, 'postgres'), ...workers.map((node) => at(coordinator, 'postgres', node))];
  for (const node of nodes) await on(node, `create database ${name}`);
  const drop = async () => {
    for (const node of nodes) await on(node, `drop database ${name} with (force)`);
  };
  for (const node of nodes) await on(at(node, name), 'create extension citus');
  const { hostname, port } = new URL(coordinator);
  const { host, port: ownPort } = self ?? { host: hostname, port: Number(port) };
  const url = at(coordinator, name);
  await on(
    url,
    `select citus_set_coordinator_host('${host}', ${ownPort})`,
    ...workers.map((worker) => `select citus_add_node('${worker.host}', ${worker.port})`),
  );
  await migrate(url);
  return { name, url, nodes, drop };
}

/**
 * Creates a distributed store that can be cloned. As long as the store exists, an open session has its name. This
 * session shows other runs that the databases of this run are in use. The databases of dead runs are dropped first.
 */
export async function makeCitusTemplate(coordinator: string): Promise<CitusDatabase> {
  const name = `${prefix}${randomBytes(6).toString('hex')}`;
  const session = postgres(coordinator, {
    max: 1,
    max_lifetime: null,
    connection: { application_name: name },
  });
  await session`select 1`;
  const made = await makeCitusDatabase(coordinator, name);
  await dropDeadRuns(made.nodes);
  await distributeStore(made.url, { shards });
  for (const node of made.nodes) {
    await on(node, `alter database ${name} with allow_connections false`);
    await leaveAlone(node, name);
  }
  return { ...made, drop: () => made.drop().finally(() => session.end()) };
}

/** Drops the databases of runs that have no session any more. `nodes`: an address on each node, coordinator first. */
export async function dropDeadRuns(nodes: readonly string[]): Promise<void> {
  const clients = nodes.map((node) => postgres(node, { max: 1, onnotice: () => {} }));
  try {
    let alive: readonly string[] | null = null;
    for (const client of clients) {
      alive ??= (await client<{ run: string }[]>`select application_name as run from pg_stat_activity`).map(
        ({ run }) => run,
      );
      const dead = await client<{ name: string }[]>`
        select datname as name from pg_database
        where starts_with(datname, ${prefix}) and left(datname, ${prefix.length + 12}) <> all(${[...alive]}::text[])`;
      for (const { name } of dead) await client.unsafe(`drop database if exists ${name} with (force)`);
    }
  } finally {
    await Promise.all(clients.map((client) => client.end()));
  }
}

/**
 * Ends the sessions of a database. Citus's own process may connect again once; such a session would keep a template in
 * use.
 */
async function leaveAlone(node: string, name: string): Promise<void> {
  const client = postgres(node, { max: 1 });
  try {
    for (let quiet = 0; quiet < 6; await sleep(1_000)) {
      const ended =
        await client`select pg_terminate_backend(pid, 5000) from pg_stat_activity where datname = ${name}`;
      quiet = ended.length === 0 ? quiet + 1 : 0;
    }
  } finally {
    await client.end();
  }
}

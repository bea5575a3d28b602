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

/** The address of another database, and on another node when one is given. */
function at(url: string, database: string, node?: { readonly host: string; readonly port: number }): string {
  const other = new URL(`/${database}`, url);
  if (node !== undefined) Object.assign(other, { hostname: node.host, port: String(node.port) });
  return other.href;
}

/**
 * Creates a store that is not distributed yet, on the cluster whose coordinator is at the address of a database with
 * Citus and its workers.
 */
export async function makeCitusDatabase(coordinator: string): Promise<CitusDatabase> {
  const client = postgres(coordinator, { max: 1 });
  const workers = await client<{ host: string; port: number }[]>`
    select nodename as host, nodeport as port from pg_dist_node where isactive and groupid > 0 order by groupid`;
  const [self] = await client<{ host: string; port: number }[]>`
    select nodename as host, nodeport as port from pg_dist_node where groupid = 0`;
  await client.end();
  const name = `citus_${randomBytes(6).toString('hex')}`;
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

/** Creates a distributed store that can be cloned. */
export async function makeCitusTemplate(coordinator: string): Promise<CitusDatabase> {
  const made = await makeCitusDatabase(coordinator);
  await distributeStore(made.url, { shards });
  for (const node of made.nodes) {
    await on(node, `alter database ${made.name} with allow_connections false`);
    await leaveAlone(node, made.name);
  }
  return made;
}

/** Ends the sessions of a database. Citus's own process, which would keep a template in use, may return once. */
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

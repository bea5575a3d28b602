import { execFile, spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import postgres, { type Sql } from 'postgres';
import { expect } from 'vitest';
import { accountForPostgres } from '../../src/db/postgres-programs.ts';
import { must } from '../../src/shared/errors.ts';
import { afterwards } from './afterwards.ts';
import { quietPort } from './quiet-port.ts';

/** A test's own coordinator and worker. The test may stop and break them. */
export type CitusNodes = {
  /** The address of the store's database on the coordinator. */
  readonly url: string;
  /** Superuser connections to the coordinator and the worker. */
  readonly coordinator: Sql;
  readonly worker: Sql;
};

/**
 * Starts a coordinator and a worker with the binaries of the cluster in CITUS_URL, which must be on this machine. Both
 * are removed after the test. `recovers`: whether Citus itself finishes the commits of a dead coordinator, once a
 * second.
 */
export async function startCitusNodes(cluster: string, { recovers = true } = {}): Promise<CitusNodes> {
  const asked = postgres(cluster, { max: 1 });
  const [found] = await asked<
    { folder: string }[]
  >`select setting as folder from pg_config where name = 'BINDIR'`;
  await asked.end();
  const programs = found?.folder ?? '';
  const folder = await mkdtemp(join(tmpdir(), 'larkstat-citus-'));
  const { uid, gid } = await accountForPostgres([folder]);
  const who = uid === undefined || gid === undefined ? {} : { uid, gid };
  if (uid !== undefined) await promisify(execFile)('chown', [`${uid}:${gid}`, folder]);
  const run = (name: string, ...args: readonly string[]) =>
    new Promise<void>((done, failed) => {
      // The server keeps the handles that it inherits: with pipes we would wait until it ends. The nodes do not get our
      // environment, so they do not look for keys in our home folder.
      const child = spawn(join(programs, name), args, { ...who, cwd: '/', env: {}, stdio: 'ignore' });
      child
        .once('error', failed)
        .once('exit', (code) => (code === 0 ? done() : failed(new Error(`${name}: ${code}`))));
    });
  const startNode = async (name: string) => {
    const [place, port] = [join(folder, name), await quietPort()];
    await run('initdb', '-D', place, '-U', 'larkstat', '--auth=trust', '-E', 'UTF8', '--locale=C.UTF-8');
    const settings = {
      port,
      listen_addresses: '127.0.0.1',
      unix_socket_directories: '',
      shared_preload_libraries: 'citus',
      wal_level: 'logical',
      max_prepared_transactions: 50,
      fsync: 'off',
      'citus.recover_2pc_interval': recovers ? '1s' : '-1',
    };
    const flags = Object.entries(settings).map(([key, value]) => `-c ${key}='${value}'`);
    await run('pg_ctl', 'start', '-w', '-D', place, '-l', join(folder, `${name}.log`), '-o', flags.join(' '));
    afterwards(() => run('pg_ctl', 'stop', '-m', 'immediate', '-D', place));
    const admin = postgres(`postgres://larkstat@127.0.0.1:${port}/postgres`, { max: 1 });
    await admin.unsafe('create database store');
    await admin.end();
    const client = postgres(`postgres://larkstat@127.0.0.1:${port}/store`, { max: 2, onnotice: () => {} });
    afterwards(() => client.end({ timeout: 1 }));
    await client.unsafe('create extension citus');
    return { client, port };
  };
  afterwards(() => rm(folder, { recursive: true, force: true }));
  const [coordinator, worker] = [await startNode('coordinator'), await startNode('worker')];
  await coordinator.client`select citus_set_coordinator_host('127.0.0.1', ${coordinator.port})`;
  await coordinator.client`select citus_add_node('127.0.0.1', ${worker.port})`;
  return {
    url: `postgres://larkstat@127.0.0.1:${coordinator.port}/store`,
    coordinator: coordinator.client,
    worker: worker.client,
  };
}

/**
 * From now on each commit at a node waits for a standby server that does not exist: the node confirms a commit only
 * when the standby has a copy. Other sessions do not see the changes until the returned function is called.
 */
export async function holdCommits(node: Sql): Promise<() => Promise<void>> {
  await node.unsafe(`alter system set synchronous_standby_names = 'nobody'`);
  await node`select pg_reload_conf()`;
  // A commit does not wait before the node has read its new settings.
  let trying: Promise<unknown> | null = null;
  await expect
    .poll(() => {
      trying ??= node`select lo_create(0)`
        .catch(() => {}) // the test may kill the node meanwhile
        .then(() => {
          trying = null;
        });
      return isHeld(node, '^select lo_create');
    })
    .toBe(true);
  return async () => {
    await node.unsafe('alter system reset synchronous_standby_names');
    await node`select pg_reload_conf()`;
    await trying;
  };
}

/** Resolves when a statement waits at a node whose commits are held. `statement`: a pattern of its text. */
export async function untilHeld(node: Sql, statement: string): Promise<void> {
  await expect.poll(() => isHeld(node, statement)).toBe(true);
}

async function isHeld(node: Sql, statement: string): Promise<boolean> {
  const rows =
    await node`select 1 from pg_stat_activity where wait_event = 'SyncRep' and query ~* ${statement}`;
  return rows.length > 0;
}

/**
 * Commits a transaction at the coordinator, but not yet at the only worker. The transaction waits for the worker until
 * the returned function is called, and has ended when that function resolves.
 */
export async function commitHalf(
  { coordinator, worker }: CitusNodes,
  write: () => Promise<unknown>,
): Promise<() => Promise<void>> {
  const atCoordinator = await holdCommits(coordinator);
  const written = write();
  await untilHeld(coordinator, '^commit');
  const atWorker = await holdCommits(worker);
  await atCoordinator();
  await untilHeld(worker, '^commit prepared');
  return async () => {
    await atWorker();
    await written;
  };
}

/** Crashes a node by killing one of its processes. Resolves when the node has started again by itself. */
export async function crash(node: Sql): Promise<void> {
  const read = async () => {
    const [row] = await node<{ pid: number; started: string }[]>`
      select pg_backend_pid() as pid, backend_start::text as started from pg_stat_activity
      where backend_type = 'checkpointer'`;
    return must(row, 'each node has a checkpointer');
  };
  const { pid, started } = await read();
  process.kill(pid, 'SIGKILL');
  await expect
    .poll(() =>
      read().then(
        (now) => now.started,
        () => started,
      ),
    )
    .not.toBe(started);
}

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

/** A test's own coordinator and worker, which it may stop and break. */
export type CitusNodes = {
  /** The address of the store's database on the coordinator. */
  readonly url: string;
  /** Superuser connections to the coordinator and the worker. */
  readonly coordinator: Sql;
  readonly worker: Sql;
};

/**
 * Starts both with the binaries of the cluster in CITUS_URL, which must be on this machine; removed after the test.
 * `recovers`: whether Citus itself finishes the commits of a coordinator that died, each second.
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
      // The server keeps inherited handles: pipes would make us wait for its end. Without our environment the nodes do
      // not look for keys in our home folder.
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
 * From now on whoever commits at a node waits, and nobody sees what was committed, until the returned function is called: the
 * node says that it has written only when somebody has a copy of it, which nobody has.
 */
export async function holdCommits(node: Sql): Promise<() => Promise<void>> {
  await node.unsafe(`alter system set synchronous_standby_names = 'nobody'`);
  await node`select pg_reload_conf()`;
  // Those that commit before the node has read its settings do not wait yet.
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

/** Waits until somebody waits with a statement at a node whose commits are held. `statement`: a pattern of its text. */
export async function untilHeld(node: Sql, statement: string): Promise<void> {
  await expect.poll(() => isHeld(node, statement)).toBe(true);
}

async function isHeld(node: Sql, statement: string): Promise<boolean> {
  const rows =
    await node`select 1 from pg_stat_activity where wait_event = 'SyncRep' and query ~* ${statement}`;
  return rows.length > 0;
}

/**
 * Has a transaction commit at the coordinator alone: it waits for the worker until the returned function is called, and is over
 * when that resolves. There is one worker.
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

/** Crashes a node, as the end of one of its processes does. Resolves when it has started again, by itself. */
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

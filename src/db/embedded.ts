import { randomBytes } from 'node:crypto';
import { chown, mkdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Logger, pino } from 'pino';
import { freePort } from '../platform/free-port.ts';
import { lockFile } from './lock-file.ts';
import { openClient } from './open-client.ts';
import { accountForPostgres, runProgram, type RunAs } from './postgres-programs.ts';
import { freeNumber, runningPort } from './postmaster-pid.ts';
import { announcePresence, type Presence } from './presence.ts';
import { revive } from './revive.ts';

/**
 * larkstat's own Postgres: a cluster in the data folder that listens on loopback only. Only the folder's owner can read
 * its password. Several larkstat processes (a server, a command line) share one running cluster. The last one to leave
 * stops it; when it dies, a remaining one starts it again.
 */
export type EmbeddedPostgres = {
  readonly url: string;
  /** Leaves the cluster, and stops it when no other process uses it. */
  release(): Promise<void>;
};

type EmbeddedOptions = {
  /** The cluster's folder; created when it is missing. */
  readonly folder: string;
  readonly settings?: Readonly<Record<string, string>>;
  /** Logs when the cluster died and when it is back. */
  readonly log?: Logger | undefined;
  /** When it is aborted, the cluster is stopped and the start rejects with its reason. */
  readonly signal?: AbortSignal | undefined;
  /** Finds a port to listen on; by default the system chooses one. */
  readonly findPort?: () => Promise<number>;
};

const database = 'larkstat';

/** For a machine that also does other work; the figures of `npm run bench` are with these. */
const settings: Readonly<Record<string, string>> = {
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  shared_buffers: '256MB',
  work_mem: '32MB',
  maintenance_work_mem: '128MB',
  max_wal_size: '4GB',
  checkpoint_timeout: '15min',
  wal_compression: 'on',
  random_page_cost: '1.1',
  effective_cache_size: '1GB',
  max_connections: '300',
  jit: 'off',
  timezone: 'UTC',
  log_timezone: 'UTC',
};

/** Starts the folder's cluster, or joins the running one; one process at a time. */
export async function startEmbedded(options: EmbeddedOptions): Promise<EmbeddedPostgres> {
  const folder = resolve(options.folder);
  const { signal } = options;
  await mkdir(dirname(folder), { recursive: true });
  const unlock = await lockFile(lockPath(folder), signal);
  try {
    signal?.throwIfAborted();
    const runAs = await accountForPostgres([folder]);
    const password = await initialise(folder, runAs, signal);
    const running = await runningPort(folder);
    const startAt = (port: number, until?: AbortSignal) =>
      start(folder, runAs, { ...options.settings, port: String(port) }, until);
    const port =
      running ??
      (await startSomewhere(options.findPort ?? (() => freePort('127.0.0.1')), (at) => startAt(at, signal)));
    const url = `postgres://larkstat:${password}@127.0.0.1:${port}/${database}`;
    try {
      signal?.throwIfAborted();
      await createDatabase(url);
      let leaving = false;
      const absence = revive({
        lockPath: lockPath(folder),
        isRunning: async () => (await runningPort(folder)) !== null,
        // At the same port: other processes have the same URL.
        start: () => startAt(port),
        isLeaving: () => leaving,
        log: options.log ?? pino({ level: 'silent' }),
      });
      const presence = await announcePresence(adminUrl(url), absence);
      return {
        url,
        release: () => {
          leaving = true;
          return release(folder, runAs, presence);
        },
      };
    } catch (error) {
      if (running === null) await stop(folder, runAs);
      throw error;
    }
  } catch (error) {
    signal?.throwIfAborted();
    throw error;
  } finally {
    await unlock();
  }
}

/** The lock for starting or stopping the cluster. */
const lockPath = (folder: string) => `${folder}.lock`;

async function release(folder: string, runAs: RunAs, presence: Presence): Promise<void> {
  const unlock = await lockFile(lockPath(folder));
  try {
    if (await presence.leave()) await stop(folder, runAs);
  } finally {
    await unlock();
  }
}

/** Runs initdb in another folder, and renames it: a crash leaves nothing that looks like a cluster. */
async function initialise(folder: string, runAs: RunAs, signal?: AbortSignal): Promise<string> {
  const passwordFile = `${folder}.password`;
  if (await exists(join(folder, 'PG_VERSION'))) return (await readFile(passwordFile, 'utf8')).trim();
  const password = randomBytes(24).toString('hex');
  const fresh = `${folder}.new`;
  await rm(fresh, { recursive: true, force: true });
  await mkdir(fresh, { recursive: true, mode: 0o700 });
  // initdb reads this copy as its own user; our own copy is readable only for us.
  const handed = join(dirname(folder), `.${randomBytes(6).toString('hex')}`);
  await writeFile(handed, password, { mode: 0o600 });
  if (runAs.uid !== undefined && runAs.gid !== undefined) {
    await chown(fresh, runAs.uid, runAs.gid);
    await chown(handed, runAs.uid, runAs.gid);
  }
  try {
    // The builtin locale sorts the same on every machine.
    await runProgram(
      runAs,
      'initdb',
      [
        `--pgdata=${fresh}`,
        '--username=larkstat',
        '--auth=scram-sha-256',
        `--pwfile=${handed}`,
        '--encoding=UTF8',
        '--locale=C',
        '--locale-provider=builtin',
        '--builtin-locale=C.UTF-8',
        '--no-instructions',
      ],
      signal,
    );
  } finally {
    await rm(handed, { force: true });
  }
  await writeFile(passwordFile, password, { mode: 0o600 });
  await rename(fresh, folder);
  return password;
}

/** Another program may take the port before Postgres does; then the next port is tried. */
const portsTried = 5;

async function startSomewhere(
  findPort: () => Promise<number>,
  startAt: (port: number) => Promise<void>,
): Promise<number> {
  for (let tried = 1; ; tried++) {
    const port = await findPort();
    try {
      await startAt(port);
      return port;
    } catch (error) {
      if (tried >= portsTried || !isPortTaken(error)) throw error;
    }
  }
}

async function start(
  folder: string,
  runAs: RunAs,
  extra: Readonly<Record<string, string>>,
  signal?: AbortSignal,
): Promise<void> {
  const flags = Object.entries({ ...settings, ...extra })
    .map(([name, value]) => `-c ${name}='${value}'`)
    .join(' ');
  const log = join(folder, 'server.log');
  signal?.throwIfAborted();
  await freeNumber(folder);
  const starting = new AbortController();
  const giveUp = () => void stopUntil(starting.signal, folder, runAs);
  signal?.addEventListener('abort', giveUp, { once: true });
  try {
    await runProgram(runAs, 'pg_ctl', ['start', '-D', folder, '-l', log, '-w', '-t', '60', '-o', flags]);
  } catch (cause) {
    const tail = (await readFile(log, 'utf8').catch(() => '')).split('\n').slice(-12).join('\n');
    throw new Error(`The embedded Postgres in ${folder} did not start:\n${tail}`, { cause });
  } finally {
    signal?.removeEventListener('abort', giveUp);
    starting.abort();
  }
}

/**
 * Stops a starting cluster again and again until its start has ended. Killing pg_ctl would not do: its server would
 * live on, perhaps before anything identifies it.
 */
async function stopUntil(started: AbortSignal, folder: string, runAs: RunAs): Promise<void> {
  while (!started.aborted) {
    await stop(folder, runAs);
    await sleep(100);
  }
}

/** Whether Postgres ended because of its port; its messages are in English, as the cluster's locale is C. */
const isPortTaken = (error: unknown): boolean =>
  error instanceof Error && error.message.includes('could not create any TCP/IP sockets');

/** Stops the cluster; ignores that it is stopped already. */
async function stop(folder: string, runAs: RunAs): Promise<void> {
  await runProgram(runAs, 'pg_ctl', ['stop', '-D', folder, '-m', 'fast', '-w', '-t', '30']).catch(() => {});
}

async function createDatabase(url: string): Promise<void> {
  const admin = openClient(adminUrl(url), { purpose: 'migrating', max: 1 });
  try {
    const found = await admin`select 1 from pg_database where datname = ${database}`;
    if (found.length === 0) await admin.unsafe(`create database ${database}`);
  } finally {
    await admin.end();
  }
}

/** The maintenance database. Locks and presence use it, so that our own database has no unknown sessions. */
const adminUrl = (url: string) => url.replace(/\/[^/]*$/, '/postgres');

const exists = (path: string) =>
  stat(path).then(
    () => true,
    () => false,
  );

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
 * larkstat's own Postgres: a cluster in the data folder that listens on loopback only, behind a password
 * that only the folder's owner can read. Several larkstat processes (a server, a command line) share one
 * running cluster; the last one to leave stops it, and one of those that stay starts it again where it dies.
 */
export type EmbeddedPostgres = {
  readonly url: string;
  /** Leaves the cluster; stops it when nobody else is using it. */
  release(): Promise<void>;
};

type EmbeddedOptions = {
  /** The cluster's folder; made when it is missing. */
  readonly folder: string;
  readonly settings?: Readonly<Record<string, string>>;
  /** Told when the cluster died and when it is back; default nobody. */
  readonly log?: Logger | undefined;
  /** When it is aborted, what was begun is stopped and the start rejects with its reason. */
  readonly signal?: AbortSignal | undefined;
  /** Finds a port to listen on; by default one that the system hands out. */
  readonly findPort?: () => Promise<number>;
};

const database = 'larkstat';

/** Sized for a machine that does other things too; figures of `npm run bench` are with these. */
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

/** Starts the cluster in the folder, or joins the one that is running there; one process at a time. */
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
        // At the same port: it stands in the URL, which other processes have too.
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

/** Whoever starts or stops the cluster holds it. */
const lockPath = (folder: string) => `${folder}.lock`;

async function release(folder: string, runAs: RunAs, presence: Presence): Promise<void> {
  const unlock = await lockFile(lockPath(folder));
  try {
    if (await presence.leave()) await stop(folder, runAs);
  } finally {
    await unlock();
  }
}

/** Runs initdb into a folder beside, and renames: a crash in the middle leaves nothing that looks like a cluster. */
async function initialise(folder: string, runAs: RunAs, signal?: AbortSignal): Promise<string> {
  const passwordFile = `${folder}.password`;
  if (await exists(join(folder, 'PG_VERSION'))) return (await readFile(passwordFile, 'utf8')).trim();
  const password = randomBytes(24).toString('hex');
  const fresh = `${folder}.new`;
  await rm(fresh, { recursive: true, force: true });
  await mkdir(fresh, { recursive: true, mode: 0o700 });
  // initdb reads this as the user it runs as; our own copy is written only for us.
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

/** Some other program may take a port that was found free before Postgres does: then it is another one's turn. */
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
 * Stops a cluster that is being started, until its start has ended. Ending pg_ctl would not do: the server that it has
 * begun would live on, perhaps before there is anything to know it by.
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

/** Stops the cluster; one that is down already is as wanted. */
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

/** The maintenance database: locks and presence live there, so that ours has no visitor it does not know. */
const adminUrl = (url: string) => url.replace(/\/[^/]*$/, '/postgres');

const exists = (path: string) =>
  stat(path).then(
    () => true,
    () => false,
  );

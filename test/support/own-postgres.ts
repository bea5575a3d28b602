import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import postgres from 'postgres';
import { startEmbedded } from '../../src/db/embedded.ts';
import { migrate } from '../../src/db/migrate.ts';
import { accountForPostgres, runProgram } from '../../src/db/postgres-programs.ts';
import { migrateQueue } from '../../src/jobs/queue.ts';
import { afterwards } from './afterwards.ts';
import { quietPort } from './quiet-port.ts';

/** A test's own Postgres that can be stopped and started. */
export type OwnPostgres = {
  readonly url: string;
  /** Stops it like a restart of the operating system: every session ends. */
  stop(): Promise<void>;
  /** Starts it again on the same port. */
  start(): Promise<void>;
  /** Ends a random share of the program's sessions; returns their number. */
  cut(share: number): Promise<number>;
};

/** Starts a cluster with a migrated store; removed after the test or the file. */
export async function startPostgres(): Promise<OwnPostgres> {
  const folder = await mkdtemp(join(tmpdir(), 'larkstat-own-'));
  const place = join(folder, 'postgres');
  const port = await quietPort();
  const settings = { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' };
  // `startEmbedded` creates the cluster; afterwards only this test starts it.
  const made = await startEmbedded({ folder: place, settings, findPort: async () => port });
  await migrate(made.url);
  await migrateQueue(made.url);
  await made.release();
  const runAs = await accountForPostgres([place]);
  const flags = Object.entries({
    ...settings,
    port,
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
    max_connections: 100,
  })
    .map(([name, value]) => `-c ${name}='${value}'`)
    .join(' ');
  const control = (...args: readonly string[]) => runProgram(runAs, 'pg_ctl', [...args, '-D', place, '-w']);
  const start = () => control('start', '-l', join(place, 'server.log'), '-o', flags);
  const stop = () => control('stop', '-m', 'fast');
  await start();
  const admin = postgres(made.url.replace(/\/[^/]*$/, '/postgres'), { max: 1, onnotice: () => {} });
  afterwards(async () => {
    await admin.end({ timeout: 1 });
    await stop().catch(() => {}); // it may already be stopped
    await rm(folder, { recursive: true, force: true });
  });
  return {
    url: made.url,
    start,
    stop,
    cut: async (share) => {
      const rows = await admin`
        select pg_terminate_backend(pid) from pg_stat_activity
        where datname = 'larkstat' and pid <> pg_backend_pid() and random() < ${share}`;
      return rows.length;
    },
  };
}

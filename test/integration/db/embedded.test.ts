import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { chown, mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import postgres from 'postgres';
import { afterAll, afterEach, beforeEach, expect, test } from 'vitest';
import { type EmbeddedPostgres, startEmbedded } from '../../../src/db/embedded.ts';
import { announcePresence } from '../../../src/db/presence.ts';
import { must } from '../../../src/shared/errors.ts';
import { openDetour } from '../../support/detour.ts';
import { quietPort } from '../../support/quiet-port.ts';

const root = await mkdtemp(join(tmpdir(), 'larkstat-embedded-'));
const folder = join(root, 'postgres');
const settings = { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' };
let lines: string[];
const log = pino({}, { write: (line) => void lines.push(line) });
const told = (what: string) => lines.filter((line) => line.includes(what)).length;
const enter = () => startEmbedded({ folder, settings, log });

const pidFile = join(folder, 'postmaster.pid');
const postmaster = () => Number.parseInt(readFileSync(pidFile, 'utf8'), 10);

let first: EmbeddedPostgres;
let watcher: postgres.Sql;

beforeEach(async () => {
  lines = [];
  first = await enter();
  watcher = connect('a watcher');
});
afterEach(async () => {
  await watcher.end();
  await first.release();
});
afterAll(() => rm(root, { recursive: true, force: true }));

const connect = (application_name: string) =>
  postgres(first.url, { max: 1, onclose: () => {}, connection: { application_name } });

/** The sessions that hold the presence lock. */
const present = () =>
  watcher<{ pid: number }[]>`
    select pid from pg_locks join pg_stat_activity using (pid)
    where locktype = 'advisory' and granted and application_name = 'larkstat presence'`;

/** The sessions of this program. */
const sessions = () => watcher`select pid from pg_stat_activity where application_name like 'larkstat%'`;

const answers = (url: string) => {
  const client = postgres(url, { max: 1 });
  return client`select 1`
    .then(() => true)
    .catch(() => false)
    .finally(() => client.end());
};

test('the last one to leave stops the cluster', async () => {
  const second = await enter();
  await second.release();
  expect(await answers(first.url)).toBe(true);
  // On a slow machine a closed session is listed for longer than the last process waits.
  await expect.poll(sessions).toHaveLength(1);
  await watcher.end();
  await first.release();
  expect(await answers(first.url)).toBe(false);
  first = await enter();
});

test('one whose connection was cut is still counted', async () => {
  const [before] = await present();
  await watcher`select pg_terminate_backend(${before?.pid ?? 0}, 5000)`;
  await expect.poll(async () => (await present()).length).toBe(1);
  const second = await enter();
  await second.release();
  expect(await answers(first.url)).toBe(true);
});

test('a cluster with another session of ours is left running', async () => {
  const server = connect('larkstat server');
  await server`select 1`;
  await first.release();
  expect(await answers(first.url)).toBe(true);
  await server.end();
  first = await enter();
});

test('a port that another program took meanwhile is given up for the next', async () => {
  const other = createServer();
  await new Promise<void>((done) => other.listen(0, '127.0.0.1', done));
  const { port: taken } = other.address() as AddressInfo; // safe: it listens on a port
  await first.release();
  const ports = [taken, await quietPort()];
  first = await startEmbedded({ folder, settings, findPort: async () => must(ports.shift(), 'two will do') });
  other.close();
  expect(await answers(first.url)).toBe(true);
  expect(ports).toEqual([]);
});

test('a process that cannot be checked is not taken for gone', async () => {
  const detour = await openDetour(first.url);
  const presence = await announcePresence(detour.url);
  await detour.close();
  expect(await presence.leave()).toBe(false);
});

test.each([
  ['killed', 'SIGKILL'],
  ['stopped by somebody else', 'SIGINT'],
] as const)('a cluster that was %s is started by one of those that use it', async (_, signal) => {
  const second = await enter();
  process.kill(postmaster(), signal);
  await expect.poll(() => told('the embedded Postgres is back')).toBe(1);
  expect(told('the embedded Postgres is gone')).toBe(1);
  expect(await answers(first.url)).toBe(true);
  await expect.poll(async () => (await present().catch(() => [])).length).toBe(2);
  await first.release();
  expect(await answers(second.url)).toBe(true);
  await watcher.end();
  await second.release();
  expect(existsSync(pidFile)).toBe(false);
  first = await enter();
});

test('a killed cluster is not started beside a backend that still lives', async () => {
  const [backend] = await watcher<{ pid: number }[]>`select pg_backend_pid() as pid`;
  process.kill(backend?.pid ?? 0, 'SIGSTOP');
  try {
    process.kill(postmaster(), 'SIGKILL');
    await expect.poll(() => told('shared memory block')).toBeGreaterThan(1);
    expect(await answers(first.url)).toBe(false);
  } finally {
    process.kill(backend?.pid ?? 0, 'SIGCONT');
  }
  await expect.poll(() => told('the embedded Postgres is back')).toBe(1);
  expect(told('the embedded Postgres is gone')).toBe(1);
});

// Other systems do not tell what a process is.
test.skipIf(process.platform !== 'linux')(
  "a cluster starts although its last number is another program's by now",
  async () => {
    await watcher.end();
    await first.release();
    // A program of the same user: Postgres itself rules out the processes of other users.
    const { uid, gid } = await stat(folder);
    const other = spawn('sleep', ['60'], { uid, gid });
    await writeFile(pidFile, `${other.pid}\n${folder}\n`);
    await chown(pidFile, uid, gid);
    first = await enter();
    expect(await answers(first.url)).toBe(true);
    other.kill();
  },
);

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import postgres from 'postgres';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { must } from '../../src/shared/errors.ts';
import { openDetour } from '../support/detour.ts';
import { embeddedUrl, quitPostgres } from '../support/embedded-data.ts';
import { program, root } from '../support/program.ts';
import { openStore } from '../support/store.ts';

const inFolder = (...names: readonly string[]) => join(folder, 'data', ...names);

let folder: string;
let child: ChildProcess | undefined;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'larkstat-stopping-'));
});
afterEach(async () => {
  child?.kill('SIGKILL');
  quitPostgres(inFolder());
  await expect.poll(isRunning).toBe(false);
  await rm(folder, { recursive: true, force: true });
});

const isRunning = () => existsSync(inFolder('postgres', 'postmaster.pid'));

function run(
  command: string,
  args: readonly string[],
  more: Readonly<Record<string, string>> = {},
): ChildProcess {
  const { PATH, HOME, TMPDIR } = process.env;
  const env = { PATH, HOME, TMPDIR, LARKSTAT_DATA: inFolder(), PORT: '0', LOG_LEVEL: 'error', ...more };
  child = spawn(command, args, { env, cwd: root });
  return child;
}

const larkstat = (...args: readonly string[]) => run(process.execPath, [program, ...args]);

/** The exit code and the output; a process that the signal itself ended has no code. */
async function ending(process: ChildProcess): Promise<{ code: number | null; said: string }> {
  let said = '';
  process.stderr?.on('data', (chunk) => {
    said += chunk;
  });
  const [code] = await once(process, 'close');
  return { code, said };
}

/** The JSON output of a command. */
// biome-ignore lint/suspicious/noExplicitAny: answers of any shape
async function printed(...args: readonly string[]): Promise<any> {
  const { stdout } = larkstat(...args);
  return JSON.parse(await text(must(stdout, 'it is a pipe')));
}

const appears = (...paths: readonly string[]) =>
  expect.poll(() => paths.some((path) => existsSync(path)), { interval: 5 }).toBe(true);
/** The first is renamed to the second, perhaps between two checks. */
const cluster = ['postgres.new', 'postgres'];
const running = ['postgres/postmaster.pid'];

test.each([
  ['serve', 'SIGINT', 130, cluster],
  ['serve', 'SIGTERM', 143, running],
  ['worker', 'SIGTERM', 143, cluster],
  ['worker', 'SIGINT', 130, running],
] as const)('%s, stopped by %s while its store starts, ends with %i and no Postgres', async (...row) => {
  const [command, signal, code, signs] = row;
  const begun = larkstat(command);
  const ended = ending(begun);
  await appears(...signs.map((sign) => inFolder(sign)));
  begun.kill(signal);
  expect(await ended).toEqual({ code, said: '' });
  expect(isRunning()).toBe(false);
});

/** When its job runs, some of its pages may already be written. */
async function underWay(): Promise<void> {
  await appears(inFolder('postgres', 'postmaster.pid'));
  const store = postgres(await embeddedUrl(inFolder()), { max: 1 });
  const state = () =>
    store`select state from jobs`.then(
      ([job]) => job?.state,
      () => 'not there yet',
    );
  await expect.poll(state).toBe('RUNNING');
  await store.end();
}

test.each([
  ['SIGINT', 130],
  ['SIGTERM', 143],
  ['SIGHUP', 129],
] as const)(
  'a followed job, stopped by %s, ends with %i and no Postgres, and waits',
  async (signal, code) => {
    const begun = larkstat('seed', '--users', '2', '--posts', '300000');
    const ended = ending(begun);
    await underWay();
    begun.kill(signal);
    const { said, ...end } = await ended;
    expect(end).toEqual({ code });
    expect(isRunning()).toBe(false);
    const [job] = (await printed('jobs', '--json')).jobs;
    expect(job.state).toBe('QUEUED');
    expect(said).toBe(
      `larkstat: the job goes on when a server or a command runs; larkstat cancel ${job.jobId.slice(0, 8)} ends it\n`,
    );
    // However it was stopped, it can be cancelled in the same way.
    if (signal !== 'SIGINT') return;
    expect(await printed('cancel', job.id, '--json')).toEqual({
      id: job.id,
      jobId: job.jobId,
      state: 'CANCELLED',
    });
    expect((await printed('jobs', '--json')).jobs).toMatchObject([{ state: 'CANCELLED' }]);
  },
);

/** Whether the server at the address no longer answers. */
const isGone = (url: string) =>
  fetch(url).then(
    () => false,
    () => true,
  );

describe('npm start', () => {
  // Without the scripts around it: the build would change files that other tests use.
  const start = ['start', '--ignore-scripts', '--', '--json'];

  test.each(['SIGTERM', 'SIGINT', 'SIGKILL'] as const)(
    'that gets a %s leaves no server and no Postgres',
    async (signal) => {
      const npm = run('npm', start, { LARKSTAT_DEMO: 'off' });
      let said = '';
      npm.stdout?.on('data', (chunk) => {
        said += chunk;
      });
      await expect.poll(() => /"url":"([^"]+)"/.test(said)).toBe(true);
      const url = must(/"url":"([^"]+)"/.exec(said)?.[1], 'it was looked for just now');
      expect(await isGone(url)).toBe(false);
      npm.kill(signal);
      await expect.poll(() => isGone(url)).toBe(true);
      await expect.poll(isRunning).toBe(false);
    },
  );
});

describe('SIGTERM ends a start that waits:', () => {
  const ends = async (process: ChildProcess, waits: () => Promise<unknown> | unknown) => {
    const ended = ending(process);
    await expect.poll(waits).toBeTruthy();
    process.kill('SIGTERM');
    expect(await ended).toEqual({ code: 143, said: '' });
  };

  test.each(['serve', 'jobs', 'worker'])('%s, for a process that migrates the store', async (command) => {
    const store = await openStore();
    const migrating = await store.sql.reserve();
    await migrating`select pg_advisory_lock(20261122)`;
    const waits = () =>
      store.sql`select 1 from pg_locks where locktype = 'advisory' and not granted
        and database = (select oid from pg_database where datname = current_database())`.then(
        (rows) => rows.length > 0,
      );
    await ends(run(process.execPath, [program, command], { DATABASE_URL: store.url }), waits);
    migrating.release();
  });

  test.each(['serve', 'jobs'])('%s, for a database that does not answer', async (command) => {
    let asked = false;
    const silent = createServer(() => {
      asked = true;
    });
    await new Promise<void>((done) => silent.listen(0, '127.0.0.1', done));
    const { port } = silent.address() as AddressInfo;
    const url = `postgres://ada:secret@127.0.0.1:${port}/stats`;
    await ends(run(process.execPath, [program, command], { DATABASE_URL: url }), () => asked);
    silent.close();
  });
});

test.each([
  ['in one process', []],
  ['in two', ['--processes', '2']],
] as const)(
  'a server %s whose connections a network swallowed is ended by SIGTERM, in order',
  async (_, more) => {
    const store = await openStore();
    const detour = await openDetour(store.url);
    const begun = run(process.execPath, [program, 'serve', '--json', '--no-worker', ...more], {
      DATABASE_URL: detour.url,
      LARKSTAT_DEMO: 'off',
      DRAIN_SECONDS: '2',
    });
    const ended = ending(begun);
    await once(must(begun.stdout, 'it is a pipe'), 'data');
    // New ones, too.
    detour.swallowAt('');
    detour.swallow();
    begun.kill('SIGTERM');
    expect(await ended).toEqual({ code: 0, said: '' });
    await detour.close();
  },
);

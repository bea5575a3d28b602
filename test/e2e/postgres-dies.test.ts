import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, openAsBlob, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { isAlive } from '../../src/db/lock-file.ts';
import { tweet, writeArchive } from '../support/x-archive.ts';
import { embeddedUrl, quitPostgres } from '../support/embedded-data.ts';
import { holdAfter } from '../support/hold.ts';
import { program } from '../support/program.ts';

const owner = { id: '4242', handle: 'lark', displayName: 'Lark', joinedAt: new Date(0) };
/** Three pages of an import. */
const posts = 6_000;

let folder: string;
let server: ChildProcess;
let url: string;
/** The log of the server. */
let lines: string[];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'larkstat-postgres-dies-'));
  await serve();
});
afterEach(async () => {
  server.kill('SIGKILL');
  quitPostgres(join(folder, 'data'));
  await expect.poll(() => existsSync(pidFile())).toBe(false);
  await rm(folder, { recursive: true, force: true });
});

async function serve(): Promise<void> {
  const { PATH, HOME, TMPDIR } = process.env;
  const env = {
    ...{ PATH, HOME, TMPDIR, LARKSTAT_DATA: join(folder, 'data'), PORT: '0' },
    LARKSTAT_DEMO: 'off',
    LOG_LEVEL: 'warn',
  };
  server = spawn(process.execPath, [program, 'serve', '--json'], { env });
  lines = [];
  if (server.stderr === null || server.stdout === null) throw new Error('its output is piped');
  createInterface(server.stderr).on('line', (line) => lines.push(line));
  const [line] = await once(server.stdout, 'data');
  url = (JSON.parse(String(line)) as { graphql: string }).graphql;
}

const pidFile = () => join(folder, 'data', 'postgres', 'postmaster.pid');
const postmaster = () => Number.parseInt(readFileSync(pidFile(), 'utf8'), 10);
const told = (what: string) => lines.filter((line) => line.includes(what));

// biome-ignore lint/suspicious/noExplicitAny: answers of any shape
async function send(body: BodyInit, headers: Record<string, string> = {}): Promise<any> {
  const response = await fetch(url, { method: 'POST', headers, body });
  return ((await response.json()) as { data?: unknown }).data ?? null;
}

const ask = (query: string) => send(JSON.stringify({ query }), { 'content-type': 'application/json' });

async function upload(path: string): Promise<void> {
  const form = new FormData();
  const query = 'mutation ($file: File!) { importFile(file: $file) { id } }';
  form.set('operations', JSON.stringify({ query, variables: { file: null } }));
  form.set('map', JSON.stringify({ 0: ['variables.file'] }));
  form.set('0', await openAsBlob(path), 'archive.zip');
  await send(form);
}

/** The only job; null while the store does not answer. */
const job = async () =>
  (await ask('{ jobs(first: 1) { nodes { state error { message } progress { fetched inserted } } } }'))?.jobs
    ?.nodes[0] ?? null;

/** A process and all that it started, as far as they are still its children. */
function family(pid: number): readonly number[] {
  const listed = execFileSync('ps', ['-A', '-o', 'pid=,ppid='], { encoding: 'utf8' });
  const pairs = listed
    .trim()
    .split('\n')
    .map((line) => line.trim().split(/\s+/).map(Number));
  const children = pairs.flatMap(([child, parent]) => (parent === pid && child ? [child] : []));
  return [pid, ...children.flatMap(family)];
}

test('a server whose Postgres is killed starts it again, and its import ends with each post once', async () => {
  const tweets = Array.from({ length: posts }, (_, at) =>
    tweet({ at: Date.UTC(2015, 0, 1) + at * 3_600_000, text: `hello ${at} #lark`, likes: at % 7 }),
  );
  await writeArchive(join(folder, 'lark.zip'), owner, tweets);
  await holdAfter(await embeddedUrl(join(folder, 'data')), 1);
  await upload(join(folder, 'lark.zip'));
  const fetched = async () => (await job())?.progress?.fetched ?? 0;
  await expect.poll(fetched, { interval: 20 }).toBeGreaterThan(0);
  expect(await job()).toMatchObject({ state: 'RUNNING' });

  const before = postmaster();
  process.kill(before, 'SIGKILL');
  const state = async () => (await job())?.state;
  await expect.poll(state).toBe('SUCCEEDED');
  expect(postmaster()).not.toBe(before);
  expect(await job()).toMatchObject({ error: null, progress: { fetched: posts, inserted: posts } });
  const answer = await ask('{ account(handle: "lark") { stats { totals { posts } } } }');
  expect(answer.account.stats.totals).toEqual({ posts });
  expect(told('embedded Postgres is gone')).toHaveLength(1);
  expect(told('embedded Postgres is back')).toHaveLength(1);

  const running = [...family(server.pid ?? 0), ...family(postmaster())];
  server.kill('SIGTERM');
  expect(await once(server, 'exit')).toEqual([0, null]);
  expect(existsSync(pidFile())).toBe(false);
  await expect.poll(() => running.filter(isAlive)).toEqual([]);
}, 240_000);

import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type EmbeddedPostgres, startEmbedded } from '../../src/db/embedded.ts';
import { columnNames } from '../../src/export/columns.ts';
import { type ExportFormat, exportFormats } from '../../src/shared/export-format.ts';
import { namesOf } from '../../src/shared/names.ts';
import { readBack } from '../support/exported.ts';
import { program } from '../support/program.ts';
import { aMachine, runServer } from '../support/servers.ts';

const machine = await aMachine();
const env = {
  ...process.env,
  LARKSTAT_DATA: join(machine, 'data'),
  LOG_LEVEL: 'error',
  LARKSTAT_DEMO: 'off',
};
/** Stays open for all commands of the file: otherwise each would start and stop it. */
let postgres: EmbeddedPostgres | undefined;
afterAll(() => postgres?.release());
/** The account that `seed` creates with these options. */
let handle = '';

type Ended = { readonly code: number; readonly stdout: Buffer; readonly stderr: string };

function larkstat(...args: readonly string[]): Promise<Ended> {
  const options = { env, encoding: 'buffer', maxBuffer: 100_000_000 } as const;
  return new Promise((done) => {
    execFile(process.execPath, [program, ...args], options, (error, stdout, stderr) =>
      done({
        code: typeof error?.code === 'number' ? error.code : error ? 1 : 0,
        stdout,
        stderr: stderr.toString(),
      }),
    );
  });
}

beforeAll(async () => {
  await larkstat('seed', '--users', '2', '--posts', '3000', '--ending-at', '2026-06-01', '--json');
  postgres = await startEmbedded({ folder: join(env.LARKSTAT_DATA, 'postgres') });
  const { url, end } = await runServer({ env: { LARKSTAT_DATA: env.LARKSTAT_DATA } });
  const answer = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: '{"query":"{ streams(first: 1, orderBy: ADDED) { nodes { title } } }"}',
  });
  const { data } = (await answer.json()) as { data: { streams: { nodes: { title: string }[] } } };
  handle = data.streams.nodes[0]?.title.slice(1) ?? '';
  await end('SIGTERM');
});

test('each format is written to a complete file that only this user can read', async () => {
  const sizes = new Map<ExportFormat, number>();
  for (const format of namesOf(exportFormats)) {
    const file = join(machine, `posts.${format.toLowerCase()}`);
    const { code, stdout } = await larkstat('export', handle, '--out', file, '--json');
    expect(code).toBe(0);
    const rows = await readBack(format, await readFile(file));
    expect(JSON.parse(stdout.toString())).toMatchObject({ file, format, posts: rows.length });
    expect(Object.keys(rows[0] ?? {})).toEqual(columnNames);
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    sizes.set(format, rows.length);
  }
  expect(new Set(sizes.values()).size).toBe(1);
  expect((await readdir(machine)).filter((name) => name.endsWith('.part'))).toEqual([]);
});

test('a range is printed to standard output, and pseudonyms identify nobody', async () => {
  const range = ['--from', '2026-01-01', '--to', '2026-02-01'];
  const plain = await larkstat('export', handle, '--format', 'ndjson', ...range);
  const rows = await readBack('NDJSON', plain.stdout);
  expect(rows.length).toBeGreaterThan(0);
  for (const { createdAt } of rows) expect(createdAt).toMatch(/^2026-01-/);
  const hidden = await larkstat('export', handle, '--format', 'ndjson', '--pseudonymous', ...range);
  expect(await readBack('NDJSON', hidden.stdout)).toHaveLength(rows.length);
  expect(hidden.stdout.toString().toLowerCase()).not.toContain(handle.toLowerCase());
});

test('the command ends without an error when its reader stops reading', async () => {
  const child = spawn(process.execPath, [program, 'export', handle, '--format', 'json'], { env });
  let stderr = '';
  child.stderr.on('data', (chunk) => {
    stderr += chunk;
  });
  await once(child.stdout, 'data');
  child.stdout.destroy();
  expect(await once(child, 'exit')).toEqual([0, null]);
  expect(stderr).toBe('');
});

test.each([
  [['export', 'nobody_at_all', '--format', 'csv'], 'NOT_FOUND'],
  [['export', 'HANDLE', '--format', 'xml'], 'BAD_INPUT'],
  [['export', 'HANDLE'], 'BAD_INPUT'],
  [['export', 'HANDLE', '--out', '/nowhere/at/all.csv'], 'BAD_INPUT'],
  [['export', 'HANDLE', '--format', 'csv', '--from', '2026-02-01', '--to', '2026-01-01'], 'BAD_INPUT'],
  [['refresh', '--posts', '0'], 'BAD_INPUT'],
])('%j is refused', async (args, code) => {
  const named = args.map((word) => (word === 'HANDLE' ? handle : word));
  const out = named.includes('--out') || named[0] === 'refresh' ? [] : ['--out', join(machine, 'refused')];
  const ended = await larkstat(...named, ...out, '--json');
  expect(ended.code).toBe(1);
  expect(JSON.parse(ended.stdout.toString())).toMatchObject({ error: { code } });
  expect(await readdir(machine)).not.toContain('refused');
});

test('an existing file stays when the export fails', async () => {
  const file = join(machine, 'kept.csv');
  await writeFile(file, 'old');
  await larkstat('export', 'nobody_at_all', '--out', file);
  expect(await readFile(file, 'utf8')).toBe('old');
});

test('over the API a job writes the file, and its link downloads it', async () => {
  const server = await runServer({ env: { LARKSTAT_DATA: env.LARKSTAT_DATA } });
  const ask = async (query: string) => {
    const body = JSON.stringify({ query });
    const headers = { 'content-type': 'application/json' };
    const response = await fetch(server.url, { method: 'POST', headers, body });
    // biome-ignore lint/suspicious/noExplicitAny: answers of any shape
    return ((await response.json()) as { data: any }).data;
  };
  const streams = await ask('{ streams { nodes { id } } }');
  const ordered = `mutation { exportStream(stream: "${streams.streams.nodes[0].id}", format: PARQUET) { id } }`;
  const { exportStream } = await ask(ordered);
  for (let job = null; job?.state !== 'SUCCEEDED'; await sleep(100)) {
    ({ job } = await ask(
      `{ job(id: "${exportStream.id}") { state error { message } download { url bytes } } }`,
    ));
    expect(job.error).toBeNull();
    if (job.download === null) continue;
    const file = await fetch(new URL(job.download.url, server.url));
    expect(file.status).toBe(200);
    const bytes = Buffer.from(await file.arrayBuffer());
    expect(bytes).toHaveLength(job.download.bytes);
    expect((await readBack('PARQUET', bytes)).length).toBeGreaterThan(0);
  }
  await server.end('SIGTERM');
});

test('`refresh` adds posts of made-up accounts up to now', async () => {
  const { code, stdout } = await larkstat('refresh', '--posts', '40', '--json');
  expect(code).toBe(0);
  expect(JSON.parse(stdout.toString())).toMatchObject({ inserted: 40 });
});

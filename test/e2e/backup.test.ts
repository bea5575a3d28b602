import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { program } from '../support/program.ts';
import { aMachine, runServer } from '../support/servers.ts';

test('a store with the embedded Postgres is backed up beside its server, and restored elsewhere', async () => {
  const here = { LARKSTAT_DATA: await aMachine() };
  const there = { LARKSTAT_DATA: await aMachine() };
  const { PATH, HOME, TMPDIR } = process.env;
  const larkstat = async (data: typeof here, ...args: readonly string[]) => {
    const env = { PATH, HOME, TMPDIR, LOG_LEVEL: 'error', ...data };
    const { stdout } = await promisify(execFile)(process.execPath, [program, ...args, '--json'], {
      env,
    }).catch(
      // The output of a refused command is checked like any other.
      (error: { readonly stdout: string }) => error,
    );
    return JSON.parse(stdout);
  };
  const server = await runServer({ env: here });
  await larkstat(here, 'seed', '--users', '2', '--posts', '3000', '--ending-at', '2026-11-01');
  const file = join(await aMachine(), 'backup.zip');

  const made = await larkstat(here, 'backup', file);
  expect(made).toMatchObject({ file, tables: { posts: 3_000, streams: 2 }, rows: expect.any(Number) });
  const ready = await fetch(new URL('/ready', server.url));
  expect(ready.status).toBe(200);
  expect(await larkstat(here, 'restore', file, '--replace')).toEqual({
    error: { code: 'BAD_INPUT', message: expect.stringContaining('Other processes use the store') },
  });

  const restored = await larkstat(there, 'restore', file);
  expect(restored).toMatchObject({ rows: made.rows, migrations: 0, takenAt: made.takenAt });
  expect(await larkstat(there, 'verify')).toEqual({ streams: 2, differences: [] });
  await server.end('SIGTERM');
  expect(await larkstat(here, 'restore', file)).toEqual({
    error: { code: 'BAD_INPUT', message: expect.stringContaining('The store holds 2 streams, 3,000 posts') },
  });
  expect(await larkstat(here, 'restore', file, '--replace')).toMatchObject({
    replaced: { streams: 2, posts: 3_000 },
    rows: made.rows,
  });
});

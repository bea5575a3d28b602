import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { afterwards } from '../support/afterwards.ts';
import { patienceMs } from '../support/patience.ts';
import { program } from '../support/program.ts';
import { openStore } from '../support/store.ts';

const folder = await mkdtemp(join(tmpdir(), 'larkstat-keys-'));
afterwards(() => rm(folder, { recursive: true, force: true }));
const db = await openStore();
const { PATH, HOME, TMPDIR } = process.env;
const environment = { PATH, HOME, TMPDIR, LARKSTAT_DATA: folder, DATABASE_URL: db.url, PORT: '0' };

/** Runs a command of the program to its end. */
const larkstat = (command: readonly string[], more: Record<string, string> = {}) =>
  new Promise<{ stdout: string; stderr: string }>((done) => {
    const env = { ...environment, ...more };
    execFile(process.execPath, [program, ...command], { env }, (_error, stdout, stderr) =>
      done({ stdout, stderr }),
    );
  });

/** A server on all addresses, and its log. */
async function serve(more: Record<string, string>) {
  const env = { ...environment, HOST: '0.0.0.0', LARKSTAT_WORKER: 'off', LOG_LEVEL: 'debug', ...more };
  const server = spawn(process.execPath, [program, 'serve', '--json'], { env });
  afterwards(async () => {
    server.kill('SIGTERM');
    if (server.exitCode === null) await once(server, 'exit');
  });
  let log = '';
  server.stderr.on('data', (chunk) => {
    log += chunk;
  });
  const [line] = await once(server.stdout, 'data');
  const { port } = new URL((JSON.parse(String(line)) as { graphql: string }).graphql);
  const ask = (query: string, key?: string) =>
    fetch(`http://127.0.0.1:${port}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...(key && { authorization: `Bearer ${key}` }) },
      body: JSON.stringify({ query }),
    });
  return { ask, log: () => log };
}

test('a server for other machines does not start without a key, and says what to type', async () => {
  const { stderr } = await larkstat(['serve'], { HOST: '0.0.0.0' });
  expect(stderr).toMatch(/larkstat keys create <name> --scope admin.*API_KEY.*AUTH=off/);
});

test('keys are created, used, listed and revoked, and the log has mutations but no key', async () => {
  const made = await larkstat(['keys', 'create', 'laptop', '--scope', 'admin', '--expires', 'P1D', '--json']);
  const { token, expiresAt } = JSON.parse(made.stdout) as { token: string; expiresAt: string };
  expect(Date.parse(expiresAt)).toBeGreaterThan(Date.now());
  const [line = ''] = (await larkstat(['keys', 'create', 'page'])).stdout.split('\n');
  expect(line).toMatch(/^lark_[\w-]{43}$/);

  const fixed = 'fixed-hush-hush-0123456789';
  const server = await serve({ API_KEY: fixed });
  expect((await server.ask('{ __typename }')).status).toBe(401);
  for (const key of [token, line, fixed]) expect((await server.ask('{ __typename }', key)).status).toBe(200);
  const erased = await server.ask('mutation { deleteStream(id: "QWNjb3VudDo5OQ==") }', token);
  expect(await erased.json()).toMatchObject({ errors: [{ extensions: { code: 'NOT_FOUND' } }] });
  await server.ask('mutation { deleteStream(id: "QWNjb3VudDo5OQ==") }', line);

  const listed = await larkstat(['keys', 'list']);
  expect(listed.stdout).toMatch(/laptop +admin +in use .*\d\d:\d\d$/m);
  expect(listed.stdout).not.toContain(token);
  await larkstat(['keys', 'revoke', 'laptop']);
  const status = async () => (await server.ask('{ __typename }', token)).status;
  await expect.poll(status, { timeout: patienceMs }).toBe(401);

  const audit = server
    .log()
    .split('\n')
    .filter((text) => text.includes('"audit":true'))
    .map((text) => JSON.parse(text) as object);
  expect(audit).toMatchObject([
    { key: 'laptop', field: 'deleteStream', target: 'Account:99', outcome: 'NOT_FOUND' },
    { key: 'page', field: 'deleteStream', target: 'Account:99', outcome: 'FORBIDDEN' },
  ]);
  for (const key of [token, line, fixed]) expect(server.log()).not.toContain(key.slice(0, 12));
});

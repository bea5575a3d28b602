import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { createServer } from 'node:http';
import { mkdtemp, rm } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import postgres from 'postgres';
import { afterAll, expect, test } from 'vitest';
import { openStore } from '../support/store.ts';
import { program } from '../support/program.ts';

const folder = await mkdtemp(join(tmpdir(), 'larkstat-refusals-'));
/** The page of some other program. */
const other = createServer((_req, res) => void res.end('<!doctype html>'));
const port = await new Promise<number>((done) => {
  other.listen(0, '127.0.0.1', () => done((other.address() as AddressInfo).port));
});
const guest = `guest_${randomBytes(4).toString('hex')}`;
// Of this file's own: while anybody is in the template, no other file can make its database from it.
const { url: databaseUrl } = await openStore();
const admin = postgres(databaseUrl, { max: 1 });
await admin.unsafe(`create role ${guest} login password 'secret'`);

afterAll(async () => {
  await admin.unsafe(`drop role ${guest}`);
  await admin.end();
  other.close();
  await rm(folder, { recursive: true, force: true });
});

function larkstat(command: string, more: Readonly<Record<string, string>>) {
  const { PATH, HOME, TMPDIR } = process.env;
  const env = { PATH, HOME, TMPDIR, LARKSTAT_DATA: folder, ...more };
  return new Promise<{ code: unknown; stderr: string }>((done) => {
    execFile(process.execPath, [program, command], { env }, (error, _stdout, stderr) =>
      done({ code: error?.code ?? 0, stderr }),
    );
  });
}

/** The database's address with something wrong about it. */
const wrong = (change: (url: URL) => void) => {
  const url = new URL(databaseUrl);
  change(url);
  return url.href;
};

test.each<[string, string, Readonly<Record<string, string>>, RegExp]>([
  [
    'another program at the port',
    'health',
    { PORT: String(port) },
    /^larkstat: What answers at http:\/\/127.0.0.1:\d+\/ready is not larkstat \(status 200\): set PORT to its port$/,
  ],
  ['nobody at the port', 'health', { PORT: '1' }, /No server answers at .*: start one, or set PORT/],
  [
    'no database at the address',
    'jobs',
    { DATABASE_URL: 'postgres://ada:secret@127.0.0.1:1/stats?sslmode=disable' },
    /^larkstat: Cannot open the database 127.0.0.1:1\/stats: connect ECONNREFUSED 127.0.0.1:1: check DATABASE_URL$/,
  ],
  [
    'no database at any address of a name',
    'jobs',
    { DATABASE_URL: 'postgres://localhost:1/stats' },
    /Cannot open the database localhost:1\/stats: .*ECONNREFUSED.*: check DATABASE_URL$/,
  ],
  [
    'a wrong password',
    'jobs',
    { DATABASE_URL: wrong((url) => Object.assign(url, { password: 'secret' })) },
    /password authentication failed for user "larkstat": check DATABASE_URL$/,
  ],
  [
    'an account without rights',
    'jobs',
    { DATABASE_URL: wrong((url) => Object.assign(url, { username: guest, password: 'secret' })) },
    /permission denied for (database|schema) \w+: check DATABASE_URL$/,
  ],
  [
    'a database that is not there',
    'serve',
    { DATABASE_URL: wrong((url) => Object.assign(url, { pathname: '/nowhere' })) },
    /database "nowhere" does not exist: check DATABASE_URL$/,
  ],
])('%s is one line that says what to set', async (_, command, environment, line) => {
  const { code, stderr } = await larkstat(command, environment);
  expect(stderr.trimEnd()).toMatch(line);
  expect(stderr.trimEnd()).not.toMatch(/\n|secret/);
  expect(code).toBe(1);
});

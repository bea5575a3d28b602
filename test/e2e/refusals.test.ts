import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { createServer } from 'node:http';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import postgres from 'postgres';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { onOneNode } from '../support/on-one-node.ts';
import { openStore } from '../support/store.ts';
import { program } from '../support/program.ts';

const folder = await mkdtemp(join(tmpdir(), 'larkstat-refusals-'));
/** A page of another program. */
const other = createServer((_req, res) => void res.end('<!doctype html>'));
const port = await new Promise<number>((done) => {
  other.listen(0, '127.0.0.1', () => done((other.address() as AddressInfo).port));
});
const guest = `guest_${randomBytes(4).toString('hex')}`;
// This file has its own: while a session is connected to the template, no other file can create its database from it.
const { url: databaseUrl } = await openStore();
const admin = postgres(databaseUrl, { max: 1 });
await admin.unsafe(`create role ${guest} login password 'secret'`);

afterAll(async () => {
  await admin.unsafe(`drop role ${guest}`);
  await admin.end();
  other.close();
  await rm(folder, { recursive: true, force: true });
});

function larkstat(command: string | readonly string[], more: Readonly<Record<string, string>>) {
  const { PATH, HOME, TMPDIR } = process.env;
  const env = { PATH, HOME, TMPDIR, LARKSTAT_DATA: folder, ...more };
  return new Promise<{ code: unknown; stderr: string }>((done) => {
    execFile(process.execPath, [program, ...[command].flat()], { env }, (error, _stdout, stderr) =>
      done({ code: error?.code ?? 0, stderr }),
    );
  });
}

/** The database's address with an error in it. */
const wrong = (change: (url: URL) => void) => {
  const url = new URL(databaseUrl);
  change(url);
  return url.href;
};

/** Expects that a command fails with one line, which shows no password. */
async function expectLine(
  command: string,
  environment: Readonly<Record<string, string>>,
  line: RegExp,
): Promise<void> {
  const { code, stderr } = await larkstat(command, environment);
  expect(stderr.trimEnd()).toMatch(line);
  expect(stderr.trimEnd()).not.toMatch(/\n|secret/);
  expect(code).toBe(1);
}

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
])('%s is one line that says what to set', (_, command, environment, line) =>
  expectLine(command, environment, line),
);

// A cluster may let its own machine in without a password.
onOneNode('a wrong password is one line that says what to set', () =>
  expectLine(
    'jobs',
    { DATABASE_URL: wrong((url) => Object.assign(url, { password: 'secret' })) },
    /password authentication failed for user "larkstat": check DATABASE_URL$/,
  ),
);

describe('a data folder that cannot be used is one line that names the variable:', () => {
  const bad = join(folder, 'bad');
  beforeAll(async () => {
    await mkdir(bad);
    await writeFile(join(bad, 'file'), '');
    await symlink(join(bad, 'nowhere'), join(bad, 'dangling'));
    await symlink(join(bad, 'circle'), join(bad, 'circle'));
  });

  const commands = ['serve', 'jobs', ['import', program]];
  const paths: readonly (readonly [what: string, path: string, reason: string])[] = [
    ['below a file', join(bad, 'file', 'x'), 'it is not a folder, or lies below a file'],
    ['a link to nothing', join(bad, 'dangling'), 'it is a link to nothing'],
    ['a link to itself', join(bad, 'circle'), 'its links lead in a circle'],
    ['a name too long', join(bad, 'x'.repeat(300)), 'its name is too long'],
    ['a path too long', `/tmp${'/larkstat'.repeat(105)}`, 'Postgres takes paths of up to 900 bytes'],
    [
      'what a shell would run',
      join(bad, '$(id)'),
      'Postgres takes no path with ", $, ` or a line break in it',
    ],
    ['nothing', '', 'expected the path of a folder'],
    ['blanks', '  ', 'expected the path of a folder'],
  ];
  async function expectRefused(command: string | readonly string[], path: string, reason: string) {
    const { code, stderr } = await larkstat(command, { LARKSTAT_DATA: path });
    expect(stderr).toMatch(/^larkstat: LARKSTAT_DATA=.*\n$/);
    expect(stderr).toContain(`: ${reason}\n`);
    expect(code).toBe(1);
  }

  test.each(commands.map((command) => [command]))('to %j', async (command) => {
    await expectRefused(command, join(bad, 'file'), 'it is not a folder');
  });

  // All commands have the same rule: each path is tried with one of them.
  test.each(paths.map((each, at) => [...each, commands[at % commands.length] ?? 'serve'] as const))(
    '%s',
    async (_, path, reason, command) => expectRefused(command, path, reason),
  );

  // Even root cannot create one in these.
  test.runIf(process.platform === 'linux').each([
    ['/proc/x', ['serve', ['import', program]]],
    ['/proc/self/x/y', [['seed', '--posts', '1']]],
    ['/sys/x', ['worker']],
  ])('%s', async (path, makers) => {
    for (const command of makers) {
      const { code, stderr } = await larkstat(command, { LARKSTAT_DATA: path });
      expect(stderr).toMatch(/^larkstat: LARKSTAT_DATA=\/.* cannot be used: .*\n$/);
      expect(code).toBe(1);
    }
  });

  test.skipIf(process.getuid?.() === 0)('one that belongs to somebody else', async () => {
    const path = join(bad, 'closed');
    await mkdir(path, { mode: 0o555 });
    const { stderr } = await larkstat('serve', { LARKSTAT_DATA: path });
    expect(stderr).toMatch(/LARKSTAT_DATA=.*closed cannot be used: this user may not read and write it/);
  });
});

describe('a command that only reads', () => {
  const reading = [
    ['stats', 'ada'],
    ['jobs'],
    ['verify'],
    ['rebuild'],
    ['providers'],
    ['track', 'ada', 'PT1H'],
    ['cancel', '7c0e3f9a-51b2-4a55-9a0d-0123456789ab'],
    ['retry', '7c0e3f9a-51b2-4a55-9a0d-0123456789ab'],
    ['remove', 'ada', '--yes'],
    ['demo', 'remove'],
  ];

  test.each(reading)('creates no data folder: %s', async (...command) => {
    const path = join(folder, 'not-there');
    const { code, stderr } = await larkstat(command, { LARKSTAT_DATA: path });
    expect(stderr).toBe(
      `larkstat: There is no store in LARKSTAT_DATA=${path} yet: \`larkstat serve\` or \`larkstat import\` makes one\n`,
    );
    expect(code).toBe(1);
    expect(existsSync(path)).toBe(false);
  });

  test('writes nothing into an empty folder, nor into a database of another program', async () => {
    const path = join(folder, 'empty');
    await mkdir(path);
    const empty = `empty_${randomBytes(4).toString('hex')}`;
    await admin.unsafe(`create database ${empty}`);
    const elsewhere = wrong((url) => Object.assign(url, { pathname: `/${empty}` }));
    expect((await larkstat('jobs', { LARKSTAT_DATA: path })).stderr).toMatch(/There is no store in/);
    expect((await larkstat('jobs', { DATABASE_URL: elsewhere, LARKSTAT_DATA: path })).stderr).toMatch(
      /^larkstat: There is no store in the database .*empty_.* \(DATABASE_URL\) yet: .*\n$/,
    );
    expect(await readdir(path)).toEqual([]);
    const there = postgres(elsewhere, { max: 1 });
    const tables = await there`select 1 from pg_class where relname in ('jobs', 'streams')`;
    await there.end();
    await admin.unsafe(`drop database ${empty}`);
    expect(tables).toHaveLength(0);
  });
});

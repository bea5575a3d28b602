import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { afterwards } from '../support/afterwards.ts';
import { program } from '../support/program.ts';
import { openStore } from '../support/store.ts';

const folder = await mkdtemp(join(tmpdir(), 'larkstat-secrets-'));
afterwards(() => rm(folder, { recursive: true, force: true }));
const db = await openStore();

/** A gateway that refuses requests, and echoes what it received. */
const gateway = createServer(({ headers: { authorization = '', cookie = '' } }, response) => {
  const detail = [authorization, cookie, encodeURIComponent(cookie), btoa(authorization)].join(' ');
  response.writeHead(403, { 'content-type': 'application/json' });
  response.end(
    JSON.stringify({
      status: 'error',
      message: detail,
      title: detail,
      detail,
      errors: [{ message: detail }],
    }),
  );
});
const url = await new Promise<string>((done) => {
  gateway.listen(0, '127.0.0.1', () => done(`http://127.0.0.1:${(gateway.address() as AddressInfo).port}`));
});
afterwards(async () => void gateway.close());

const environment = {
  LARKSTAT_DATA: folder,
  DATABASE_URL: db.url,
  LOG_LEVEL: 'debug',
  X_BEARER_TOKEN: 'bearer-hush-hush-0123456789',
  X_API_URL: url,
  SOCIALDATA_API_KEY: 'socialdata-hush-hush-0123456789',
  SOCIALDATA_URL: url,
  X_SCRAPER: 'on',
  X_SCRAPER_URL: url,
  X_SCRAPER_ROBOTS: 'ignore',
  X_SCRAPER_SPACING_MS: '0',
  X_SCRAPER_COOKIES: 'auth_token=auth-hush-hush-0123456789; ct0=ct0-hush-hush-0123456789',
};

/** The complete output of a command. */
const larkstat = (...command: readonly string[]) =>
  new Promise<string>((done) => {
    const { PATH, HOME, TMPDIR } = process.env;
    const env = { PATH, HOME, TMPDIR, ...environment };
    execFile(process.execPath, [program, ...command], { env }, (_error, stdout, stderr) =>
      done(`${stdout}${stderr}`),
    );
  });

test('keys that a gateway echoes are neither shown, logged nor stored', async () => {
  const fetched = await larkstat('fetch', 'lark');
  const others = [await larkstat('jobs', '--json'), await larkstat('providers', '--test')];
  const [kept] = await db.sql<{ jobs: string; states: string; queue: string }[]>`
    select (select string_agg(j::text, ' ') from jobs j) as jobs,
      (select string_agg(s::text, ' ') from provider_states s) as states,
      (select string_agg(q::text, ' ') from bullmq.job q) as queue`;
  // It includes the line in the log, the last line of the command, and the job's error.
  expect(fetched).toMatch(/"provider":"SOCIALDATA".*\[redacted\]/);
  expect(fetched).toMatch(/^larkstat: .*X_API: .*\[redacted\]/m);
  expect(kept?.jobs).toMatch(/X_SCRAPER: .*\[redacted\]/);
  expect(kept?.states).toContain('[redacted]');
  const told = [fetched, ...others, kept?.jobs, kept?.states, kept?.queue].join('\n');
  expect(told).not.toMatch(/hush|0123456789/);
  for (const secret of [environment.X_BEARER_TOKEN, environment.SOCIALDATA_API_KEY]) {
    expect(told).not.toContain(btoa(`Bearer ${secret}`).slice(12, 36));
  }
});

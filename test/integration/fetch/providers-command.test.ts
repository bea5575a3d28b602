import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import { startFakeSocialData } from '../../support/fake-socialdata.ts';
import { startFakeXApi } from '../../support/fake-x-api.ts';
import { startFakeXWeb } from '../../support/fake-x-web.ts';
import { openStore } from '../../support/store.ts';
import { program } from '../../support/program.ts';

const users = [{ id: '783214', handle: 'X' }];
const db = await openStore();
const folder = await mkdtemp(join(tmpdir(), 'larkstat-providers-'));
const [xApi, socialData, xWeb] = await Promise.all([
  startFakeXApi({ users, posts: [] }),
  startFakeSocialData({ users, posts: [] }),
  startFakeXWeb({ users, posts: [] }),
]);
afterAll(async () => {
  await Promise.all([xApi.close(), socialData.close(), xWeb.close()]);
  await rm(folder, { recursive: true, force: true });
});
beforeEach(async () => {
  for (const fake of [xApi, socialData, xWeb]) fake.requests.length = 0;
  await db.sql`truncate spending`;
});

const all = {
  X_BEARER_TOKEN: xApi.token,
  X_API_URL: xApi.url,
  SOCIALDATA_API_KEY: 'test-key',
  SOCIALDATA_URL: socialData.url,
  X_SCRAPER: 'on',
  X_SCRAPER_URL: xWeb.url,
  X_SCRAPER_SPACING_MS: '0',
};

/** Runs `larkstat providers` over the test's own store, with only these variables. */
function providers(
  environment: Readonly<Record<string, string>>,
  ...args: readonly string[]
): Promise<{ readonly code: number; readonly stdout: string }> {
  const { PATH, HOME, TMPDIR } = process.env;
  const env = { PATH, HOME, TMPDIR, LARKSTAT_DATA: folder, DATABASE_URL: db.url, ...environment };
  return new Promise((done) => {
    execFile(process.execPath, [program, 'providers', ...args], { env }, (error, stdout) =>
      done({ code: error === null ? 0 : Number(error.code ?? -1), stdout }),
    );
  });
}

describe('larkstat providers', () => {
  test('shows each provider and what it lacks, and sends no request', async () => {
    const { SOCIALDATA_API_KEY: _, ...environment } = { ...all, X_API_BUDGET_USD: '5' };
    const { code, stdout } = await providers(environment);
    expect(code).toBe(0);
    const [head, ...lines] = stdout.trimEnd().split('\n');
    expect(head).toMatch(/^provider +configured +available +limited until +spent USD +budget USD +note$/);
    expect(lines).toEqual([
      expect.stringMatching(/^X_API +yes +yes +- +0\.00 +5\.00$/),
      expect.stringMatching(/^SOCIALDATA +no +no +- +0\.00 +none +set SOCIALDATA_API_KEY$/),
      expect.stringMatching(/^X_SCRAPER +yes +yes +- +0\.00 +none$/),
    ]);
    expect([xApi, socialData, xWeb].map(({ requests }) => requests.length)).toEqual([0, 0, 0]);
  });

  test('--test looks up a profile with each and records the cost', async () => {
    const { code, stdout } = await providers(all, '--test', '--json');
    expect(code).toBe(0);
    const ok = { configured: true, test: { ok: true, ms: expect.any(Number), error: null } };
    expect(JSON.parse(stdout).providers).toMatchObject([
      { ...ok, provider: 'X_API', spentUsd: 0.01 },
      { ...ok, provider: 'SOCIALDATA', spentUsd: 0.0002 },
      { ...ok, provider: 'X_SCRAPER', spentUsd: 0 },
    ]);
    expect(xApi.requests.map(({ path }) => path)).toEqual([expect.stringMatching(/users\/by\/username\/X$/)]);
    expect(socialData.requests.map(({ path }) => path)).toEqual(['/twitter/user/X']);
    expect(xWeb.requests.map(({ operation }) => operation)).toContain('UserByScreenName');
  });

  test('--test fails when a key is refused, and records no cost for it', async () => {
    const environment = { ...all, SOCIALDATA_API_KEY: 'wrong' };
    const { code, stdout } = await providers(environment, '--test', '--json');
    expect(code).toBe(1);
    expect(JSON.parse(stdout).providers[1]).toMatchObject({
      provider: 'SOCIALDATA',
      spentUsd: 0,
      test: { ok: false, error: { code: 'PROVIDER_UNAVAILABLE', message: expect.any(String) } },
    });
    expect(stdout).not.toContain('wrong');
    const { stdout: text } = await providers(environment, '--test');
    expect(text).toMatch(/^SOCIALDATA .* PROVIDER_UNAVAILABLE: /m);
    expect(text).toMatch(/^X_API .* ok \(\d+ ms\)$/m);
  });

  test('--test requests no more than the budget allows', async () => {
    const { code, stdout } = await providers({ ...all, X_API_BUDGET_USD: '0' }, '--test', '--json');
    expect(code).toBe(1);
    expect(JSON.parse(stdout).providers[0]).toMatchObject({
      spentUsd: 0,
      budgetUsd: 0,
      test: { ok: false, error: { code: 'BUDGET_EXCEEDED' } },
    });
    expect(xApi.requests).toEqual([]);
  });
});

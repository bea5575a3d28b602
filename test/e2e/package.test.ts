import { execFile } from 'node:child_process';
import { chmod, chown, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { patienceMs } from '../support/patience.ts';
import { root } from '../support/program.ts';
import { aMachine, runServer } from '../support/servers.ts';
import { openStore } from '../support/store.ts';

const run = promisify(execFile);

/** Root runs as an ordinary user, with the id that most machines give to the first one. */
const ordinary = process.getuid?.() === 0 ? { uid: 1_000, gid: 1_000 } : {};

/** A folder of the ordinary user's own. */
async function aHome(): Promise<string> {
  const folder = await aMachine();
  if (ordinary.uid !== undefined) await chown(folder, ordinary.uid, ordinary.gid);
  return folder;
}

/** The environment without the variables of an npm that runs these tests; the cache stays, unless it is root's. */
async function npmEnvironment(home: string): Promise<Record<string, string | undefined>> {
  const kept = Object.entries(process.env).filter(([name]) => !/^npm_/i.test(name));
  const { stdout } = await run('npm', ['config', 'get', 'cache']);
  const cache = ordinary.uid === undefined ? { npm_config_cache: stdout.trim() } : {};
  return { ...Object.fromEntries(kept), ...cache, HOME: home };
}

test('an ordinary user can install the package, and the installed program answers a query', async () => {
  const home = await aHome();
  const packed = await aMachine();
  await chmod(packed, 0o755);
  // Its own scripts would repeat the build of this run's setup.
  await run('npm', ['pack', '--ignore-scripts', '--pack-destination', packed], { cwd: root });
  const [tarball = ''] = await readdir(packed);
  const { size } = await stat(join(packed, tarball));
  // The dashboard, in three encodings, is more than half of it.
  expect(size).toBeLessThan(4_500_000);
  const options = ['--no-audit', '--no-fund', '--prefer-offline', '--prefix', join(home, 'prefix')];
  const install = ['install', '-g', ...options, join(packed, tarball)];
  await run('npm', install, { cwd: home, env: await npmEnvironment(home), timeout: patienceMs, ...ordinary });
  const store = await openStore();
  const { url } = await runServer({
    args: ['--no-worker'],
    env: { DATABASE_URL: store.url, LARKSTAT_DATA: join(home, 'data'), HOME: home },
    installed: { path: join(home, 'prefix/bin/larkstat'), ...ordinary },
  });
  const headers = { 'content-type': 'application/json' };
  const body = JSON.stringify({ query: '{ system { version } streams(first: 1) { totalCount } }' });
  const answer = await fetch(url, { method: 'POST', headers, body });
  expect(await answer.json()).toMatchObject({ data: { streams: { totalCount: 0 } } });
  const page = await fetch(url, { headers: { accept: 'text/html' } });
  expect(await page.text()).toContain('graphiql');
  const dashboard = await fetch(new URL('/', url), { headers: { 'accept-encoding': 'br' } });
  expect([dashboard.status, dashboard.headers.get('content-encoding')]).toEqual([200, 'br']);
});

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { afterwards } from '../support/afterwards.ts';
import { program, root } from '../support/program.ts';

async function emptyFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'larkstat-first-'));
  afterwards(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

/** The output of `serve` until it is ready; a moment later it is told to stop. */
async function saidBy(data: string, more: Readonly<Record<string, string>> = {}): Promise<string> {
  const { PATH, HOME, TMPDIR } = process.env;
  const env = { PATH, HOME, TMPDIR, LARKSTAT_DATA: data, PORT: '0', LOG_LEVEL: 'error', ...more };
  const serving = spawn(process.execPath, [program, 'serve'], { env, cwd: root });
  const ended = once(serving, 'close');
  let said = '';
  serving.stdout.on('data', (chunk) => {
    said += chunk;
  });
  await expect.poll(() => said).toContain('larkstat is ready');
  serving.kill('SIGTERM');
  await ended;
  return said;
}

test('the first start says what it makes up and what to type next, later starts print only the address', async () => {
  const data = join(await emptyFolder(), 'data');
  const first = await saidBy(data);
  expect(first).toMatch(/three demo accounts/);
  expect(first).toMatch(
    /the dashboard at http:\/\/localhost:\d+, GraphiQL and the API at http:\/\/localhost:\d+\/graphql$/m,
  );
  expect(first).toMatch(/open the dashboard to look at them/);
  expect(first).toMatch(/import <archive\.zip>/);
  expect(first).toMatch(/demo remove/);
  expect((await saidBy(data)).trim().split('\n')).toHaveLength(1);
});

test('without the dashboard it says where GraphiQL is', async () => {
  const said = await saidBy(join(await emptyFolder(), 'data'), { DASHBOARD: 'off' });
  expect(said).toMatch(/^larkstat is ready: GraphiQL and the API at http:\/\/localhost:\d+\/graphql$/m);
  expect(said).toMatch(/open the address and run a tab/);
});

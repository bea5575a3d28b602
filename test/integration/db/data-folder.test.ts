import { chmod, mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { loadConfig } from '../../../src/config.ts';
import { openStore as open } from '../../../src/store.ts';
import { openStore } from '../../support/store.ts';

const { url } = await openStore();
const root = await mkdtemp(join(tmpdir(), 'larkstat-folder-'));
afterAll(() => rm(root, { recursive: true, force: true }));

const modeOf = async (folder: string) => {
  await (await open(loadConfig({ LARKSTAT_DATA: folder, DATABASE_URL: url }))).close();
  return (await stat(folder)).mode & 0o777;
};

test('only its owner can read a created data folder', async () => {
  expect(await modeOf(join(root, 'new'))).toBe(0o700);
});

test('an existing data folder stays as it is', async () => {
  await chmod(root, 0o750);
  expect(await modeOf(root)).toBe(0o750);
});

import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { clearEarlier, spoolFolderOf } from '../../../src/jobs/spool.ts';

const [job, other] = [
  '11111111-1111-4111-8111-111111111111',
  '22222222-2222-4222-8222-222222222222',
] as const;

test('an attempt removes the files of earlier attempts of its job, not those of its successor or of another job', async () => {
  const root = await mkdtemp(join(tmpdir(), 'larkstat-spool-'));
  const [older, before, own, after, others] = [
    join(root, job),
    spoolFolderOf(root, { jobId: job, lease: 1 }),
    spoolFolderOf(root, { jobId: job, lease: 2 }),
    spoolFolderOf(root, { jobId: job, lease: 10 }),
    spoolFolderOf(root, { jobId: other, lease: 1 }),
  ];
  for (const folder of [older, before, own, after, others, join(root, 'notes')]) {
    await mkdir(folder);
    await writeFile(join(folder, 'tweets'), '[]');
  }
  await clearEarlier(root, { jobId: job, lease: 2 });
  const left = (await readdir(root)).map((name) => join(root, name)).sort();
  expect(left).toEqual([own, after, others, join(root, 'notes')].sort());
  await rm(root, { recursive: true });
});

test('removing files before any exist does nothing', async () => {
  await clearEarlier(join(tmpdir(), 'larkstat-spool-none'), { jobId: job, lease: 1 });
});

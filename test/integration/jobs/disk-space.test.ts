import { existsSync } from 'node:fs';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { openArchive } from '../../../src/providers/x-archive/provider.ts';
import { PageWriter, SpoolFile } from '../../../src/providers/x-archive/spool-file.ts';
import { tweet, writeArchive } from '../../support/x-archive.ts';

/** What the disk reports: 3 MB are free. */
const disk = vi.hoisted(() => ({ blocks: 1_000_000, bavail: 3_000, bsize: 1_000 }));
vi.mock('node:fs/promises', async (original) => ({
  ...(await original<typeof import('node:fs/promises')>()),
  statfs: async () => disk,
}));

const owner = { id: '4242', handle: 'lark', displayName: 'Lark', joinedAt: new Date(0) };
const hour = 3_600_000;
function* tweets(count: number) {
  for (let at = 0; at < count; at++)
    yield tweet({ at: Date.UTC(2020, 0, 1) + at * hour, text: `tweet ${at}` });
}

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'larkstat-disk-space-'));
  // 5 MB and 1 MB, when unpacked.
  await writeArchive(join(folder, 'large.zip'), owner, tweets(5_000));
  await writeArchive(join(folder, 'small.zip'), owner, tweets(1_000));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const open = (name: string) => {
  const spoolFolder = join(folder, 'spool', 'job.1');
  return openArchive({ path: join(folder, name), handle: null, spoolFolder, pageSize: 100 });
};

test('an archive larger than the free space is refused before anything is written', async () => {
  await expect(open('large.zip')).rejects.toMatchObject({
    name: 'DiskFullError',
    code: 'INTERNAL',
    message: expect.stringMatching(
      /^The tweets of large\.zip take \d MB unpacked, and the disk of \S+\/spool has 3 MB left: make room there/,
    ),
  });
  expect(await readdir(join(folder, 'spool'))).toEqual([]);
});

test('a smaller one is opened', async () => {
  expect(await open('small.zip')).toMatchObject({ total: 1_000 });
});

test('when a file system reports nothing, nothing is refused', async () => {
  Object.assign(disk, { blocks: 0, bavail: 0 });
  expect(await open('large.zip')).toMatchObject({ total: 5_000 });
});

test.skipIf(!existsSync('/dev/full'))('a spool on a full disk fails with what the disk says', async () => {
  const file = await SpoolFile.create('/dev/full');
  const writer = new PageWriter(file);
  writer.append(Buffer.from('a tweet'));
  writer.finish();
  await expect(file.settle()).rejects.toMatchObject({ code: 'ENOSPC' });
  await file.close();
});

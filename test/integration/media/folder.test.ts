import { createHash } from 'node:crypto';
import { mkdtemp, readdir, rm, truncate, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openPictureFolder, type PictureFolder } from '../../../src/media/folder.ts';
import { afterwards } from '../../support/afterwards.ts';
import { png, pngOf } from '../../support/picture-host.ts';

const keyOf = (text: string) => createHash('sha256').update(text).digest('hex');
const pathOf = (folder: string, key: string) => join(folder, key.slice(0, 2), key);

async function aFolder(): Promise<string> {
  const parent = await mkdtemp(join(tmpdir(), 'larkstat-media-'));
  afterwards(() => rm(parent, { recursive: true, force: true }));
  return join(parent, 'media');
}

async function read(folder: PictureFolder, key: string): Promise<{ type: string; content: Buffer } | null> {
  const found = await folder.find(key);
  if (found === null) return null;
  const content = await found.file.readFile();
  await found.file.close();
  return { type: found.type, content };
}

/** The names of all files below. */
async function filesIn(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map(({ name }) => name);
}

/** As if the picture was last requested this many hours ago. */
async function ageOf(folder: string, key: string, hours: number): Promise<void> {
  const at = new Date(Date.now() - hours * 3_600_000);
  await utimes(pathOf(folder, key), at, at);
}

const block = 4_096;
/** Space for twenty pictures of one block each, for one process. */
const small = { maxBytes: 20 * block, largest: block, writers: 1 };

test('a picture is found again, also by a process that starts later', async () => {
  const folder = await aFolder();
  await openPictureFolder({ folder, ...small }).keep(keyOf('a'), png);
  const later = openPictureFolder({ folder, ...small });
  expect(await read(later, keyOf('a'))).toEqual({ type: 'image/png', content: png });
  expect(await read(later, keyOf('b'))).toBeNull();
});

test('the pictures on disk never exceed the limit, whatever their sizes', async () => {
  const folder = await aFolder();
  const kept = openPictureFolder({ folder, ...small, largest: 3 * block });
  for (let at = 0; at < 100; at += 1) {
    const blocks = 1 + ((at * 7) % 3);
    await kept.keep(keyOf(`${at}`), pngOf(blocks * block));
    const sizes = await Promise.all(
      (await filesIn(folder)).map(async (key) => (await read(kept, key))?.content.byteLength ?? 0),
    );
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThanOrEqual(small.maxBytes);
  }
  expect((await filesIn(folder)).length).toBeGreaterThan(4);
});

test('two processes that share a folder stay within the limit together', async () => {
  const folder = await aFolder();
  const both = [1, 2].map(() => openPictureFolder({ folder, ...small, writers: 2 }));
  for (let at = 0; at < 60; at += 1) {
    // One writes three times as much as the other.
    await both[at % 4 === 0 ? 1 : 0]?.keep(keyOf(`${at}`), png);
    expect((await filesIn(folder)).length).toBeLessThanOrEqual(20);
  }
});

test('the picture that was not requested for the longest time is removed first', async () => {
  const folder = await aFolder();
  const kept = openPictureFolder({ folder, ...small });
  const keys = Array.from({ length: 18 }, (_, at) => keyOf(`${at}`));
  for (const key of keys) await kept.keep(key, png);
  for (const [at, key] of keys.entries()) await ageOf(folder, key, 100 - at);
  const [first = '', second = '', ...others] = keys;
  expect(await read(kept, first)).not.toBeNull(); // it is requested now
  for (let at = 0; at < 3; at += 1) await kept.keep(keyOf(`new ${at}`), png);
  const left = await filesIn(folder);
  expect(left).toContain(first);
  expect(left).not.toContain(second);
  expect(left).toContain(others.at(-1));
});

test('a smaller limit applies from the next start', async () => {
  const folder = await aFolder();
  const kept = openPictureFolder({ folder, ...small });
  for (let at = 0; at < 16; at += 1) await kept.keep(keyOf(`${at}`), png);
  await openPictureFolder({ folder, ...small, maxBytes: 8 * block }).trim();
  expect((await filesIn(folder)).length).toBeLessThanOrEqual(8);
});

test('what a crash left is not served, and is removed', async () => {
  const folder = await aFolder();
  const kept = openPictureFolder({ folder, ...small });
  const [empty, zeros, half] = [keyOf('empty'), keyOf('zeros'), `${keyOf('half')}.x.tmp`];
  for (const key of [empty, zeros]) await kept.keep(key, png);
  await truncate(pathOf(folder, empty));
  await writeFile(pathOf(folder, zeros), Buffer.alloc(100));
  await kept.keep(half, png);
  await ageOf(folder, half, 2);
  expect(await read(kept, empty)).toBeNull();
  expect(await read(kept, zeros)).toBeNull();
  await kept.trim();
  expect(await filesIn(folder)).toEqual([]);
});

test('a file that is being written is left alone', async () => {
  const folder = await aFolder();
  const kept = openPictureFolder({ folder, ...small });
  const writing = `${keyOf('writing')}.x.tmp`;
  await kept.keep(writing, png);
  await openPictureFolder({ folder, ...small, maxBytes: block }).trim();
  expect(await filesIn(folder)).toEqual([writing]);
});

test('nothing is written to a nearly full disk', async () => {
  const folder = await aFolder();
  const kept = openPictureFolder({ folder, ...small, spare: 1e18 });
  await expect(kept.keep(keyOf('a'), png)).rejects.toThrow('The disk of the pictures has');
  expect(await filesIn(folder)).toEqual([]);
});

test('a missing folder is not searched', async () => {
  await expect(openPictureFolder({ folder: await aFolder(), ...small }).trim()).resolves.toBeUndefined();
});

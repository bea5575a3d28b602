import { randomBytes } from 'node:crypto';
import { type FileHandle, mkdir, open, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { answerOfPath, bytesIn, hostileFolder, openFilesIn } from '../support/open-hostile.ts';
import { tweet, writeArchive } from '../support/x-archive.ts';
import { zipOf } from '../support/zips.ts';

const folder = await hostileFolder();
const ada = { id: '42', handle: 'ada', displayName: 'Ada', joinedAt: new Date(0) };
/** Text that compresses badly, so that each part takes several reads. */
const noise = Array.from({ length: 3 }, () => randomBytes(130_000).toString('base64'));
const tweets = noise.map((text, at) => tweet({ at: Date.UTC(2023, 0, 1) + at * 1_000, text }));

/** Every read of a file on the disk uses this prototype, so a spy on it sees all files. */
const handle = await open(folder);
const reader = Object.getPrototypeOf(handle) as FileHandle; // safe: the prototype has the methods
await handle.close();

afterEach(() => vi.restoreAllMocks());

/** Aborts when a read begins, or when it is done. */
function cancelAtRead(
  number: number,
  when: 'before' | 'after',
): { readonly signal: AbortSignal; reads: () => number } {
  const stop = new AbortController();
  const read = reader.read;
  let reads = 0;
  vi.spyOn(reader, 'read').mockImplementation(async function (
    this: FileHandle,
    ...args: Parameters<typeof read>
  ) {
    const mine = ++reads;
    if (mine === number && when === 'before') stop.abort(new Error('cancelled'));
    const done = await read.apply(this, args);
    if (mine === number && when === 'after') stop.abort(new Error('cancelled'));
    return done;
  } as typeof read);
  return { signal: stop.signal, reads: () => reads };
}

async function written(container: string): Promise<string> {
  const path = join(folder, `archive-${container.replaceAll(' ', '-')}`);
  if (container === 'gzip') {
    await mkdir(join(path, 'data'), { recursive: true });
    const text = `window.YTD.tweets.part0 = ${JSON.stringify(tweets.map((one) => ({ tweet: one })))}`;
    await writeFile(join(path, 'data/tweets.js.gz'), gzipSync(text));
    return path;
  }
  await writeArchive(path, ada, tweets, {
    partSizes: [1, 1],
    container: container === 'folder' ? 'folder' : 'zip',
    compressionLevel: container === 'zip of stored files' ? 0 : 6,
  });
  return path;
}

describe.each(['zip', 'zip of stored files', 'folder', 'gzip'])('an import of a %s', (container) => {
  test('can be cancelled at every read: it stops, and no file stays open', async () => {
    const path = await written(container);
    const counting = cancelAtRead(0, 'before');
    expect(await answerOfPath(folder, path)).toEqual({ posts: tweets.length });
    const total = counting.reads();
    expect(total).toBeGreaterThan(10);
    for (let number = 1; number <= total; number++) {
      for (const when of ['before', 'after'] as const) {
        vi.restoreAllMocks();
        const { signal } = cancelAtRead(number, when);
        const outcome = await answerOfPath(folder, path, { signal }).catch((error: Error) => error.message);
        // Nothing is requested after the pages of the last reads.
        if (number < total - 2) expect(outcome).toBe('cancelled');
        expect(await openFilesIn(folder)).toEqual([]);
        expect(await bytesIn(join(folder, 'spool'))).toBe(0);
      }
    }
  });

  test('can be cancelled at every report of progress', async () => {
    const path = await written(container);
    for (let number = 1; ; number++) {
      const stop = new AbortController();
      let told = 0;
      const onProgress = () => {
        if (++told === number) stop.abort(new Error('cancelled'));
      };
      const opening = answerOfPath(folder, path, { signal: stop.signal, onProgress });
      const outcome = await opening.catch((error: Error) => error.message);
      expect(await openFilesIn(folder)).toEqual([]);
      if (told < number) break;
      expect(outcome).toBe('cancelled');
    }
  });
});

test('listing the files of a zip can be cancelled, and does not block the event loop', async () => {
  const path = join(folder, 'many');
  const many = Array.from({ length: 50_000 }, (_, at) => ({
    name: `photos/${at}.jpg`,
    content: '',
    method: 0,
  }));
  await writeFile(path, zipOf([{ name: 'data/tweets.js', content: '[]' }, ...many]));
  expect(await answerOfPath(folder, path)).toEqual({ posts: 0 });
  const stop = new AbortController();
  const { reads } = cancelAtRead(0, 'before');
  let turns = 0;
  const takeTurn = () => {
    if (++turns === 3) stop.abort(new Error('cancelled'));
    else setImmediate(takeTurn);
  };
  setImmediate(takeTurn);
  await expect(answerOfPath(folder, path, { signal: stop.signal })).rejects.toThrow('cancelled');
  const atCancel = reads();
  expect(await openFilesIn(folder)).toEqual([]);
  vi.restoreAllMocks();
  const whole = cancelAtRead(0, 'before');
  await answerOfPath(folder, path);
  expect(atCancel).toBeLessThan(whole.reads());
});

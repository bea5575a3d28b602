import { readSync } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { setImmediate } from 'node:timers/promises';
import { RunIndex } from './run-index.ts';
import type { Run } from './spool.ts';

/** A run up to this size is read whole: a busy month of a person has some 10 MB. */
const wholeBytesMax = 24 * 1024 * 1024;

/** Reads an index of `count` entries. */
export async function readIndex(path: string, count: number): Promise<RunIndex> {
  const index = new RunIndex(count);
  const file = await open(path);
  try {
    await fill(file, index.bytes);
  } finally {
    await file.close();
  }
  return index;
}

/** A tweet that is still JSON. */
export type SpooledTweet = { readonly platformId: string; readonly json: Buffer };

/** Yields a run's tweets, in order, from the entry with that number, `batch` at a time. */
export async function* readRun(
  run: Run,
  from: number,
  batch: number,
): AsyncGenerator<readonly SpooledTweet[]> {
  const index = await readIndex(run.indexPath, run.count);
  const file = await open(run.dataPath);
  try {
    const whole = run.dataBytes <= wholeBytesMax ? Buffer.allocUnsafeSlow(run.dataBytes) : null;
    if (whole !== null) await fill(file, whole);
    for (let start = from; start < run.count; start += batch) {
      const end = Math.min(start + batch, run.count);
      const tweets: SpooledTweet[] = [];
      for (let place = start; place < end; place++) {
        const { offset, length } = index.spanAt(place);
        const json = whole?.subarray(offset, offset + length) ?? readOne(file, offset, length);
        tweets.push({ platformId: index.idAt(place), json });
      }
      yield tweets;
      await setImmediate();
    }
  } finally {
    await file.close();
  }
}

// For the month in which a bot wrote a million tweets. Synchronous: the pages were written a moment ago and come
// out of the cache in some 3 microseconds; a promise for each takes five times that.
function readOne(file: FileHandle, offset: number, length: number): Buffer {
  const record = Buffer.allocUnsafe(length);
  readSync(file.fd, record, 0, length, offset);
  return record;
}

async function fill(file: FileHandle, target: Buffer): Promise<void> {
  for (let read = 0; read < target.length; ) {
    const { bytesRead } = await file.read(target, read, target.length - read, read);
    if (bytesRead === 0) throw new Error('a spooled file is shorter than it was written');
    read += bytesRead;
  }
}

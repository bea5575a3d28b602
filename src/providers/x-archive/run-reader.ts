import { type FileHandle, open } from 'node:fs/promises';
import { setImmediate } from 'node:timers/promises';
import { entryBytes, RunIndex } from './run-index.ts';
import type { Run } from './run.ts';
import { type Paged, readAll, readSome } from './spool-file.ts';

/** A run up to this size is read whole: a busy month of a person has some 10 MB. */
const wholeBytesMax = 24 * 1024 * 1024;

/** Reads a run's index. */
export async function readIndex(file: FileHandle, index: Paged): Promise<RunIndex> {
  const { buffer } = await readAll(file, index);
  return new RunIndex(index.length / entryBytes, buffer);
}

/** A tweet that is still JSON, and a part of what was read from the disk: light to hold by the ten thousand. */
export class SpooledTweet {
  readonly platformId: string;
  readonly length: number;
  readonly #bytes: Buffer;
  readonly #offset: number;

  constructor(platformId: string, bytes: Buffer, offset: number, length: number) {
    this.platformId = platformId;
    this.length = length;
    this.#bytes = bytes;
    this.#offset = offset;
  }

  get json(): Buffer {
    return this.#bytes.subarray(this.#offset, this.#offset + this.length);
  }
}

/** Yields a run's tweets, in order, from the entry with that number, `batch` at a time. */
export async function* readRun(
  run: Run,
  from: number,
  batch: number,
): AsyncGenerator<readonly SpooledTweet[]> {
  const file = await open(run.path);
  try {
    const index = await readIndex(file, run.index);
    const whole = run.data.length <= wholeBytesMax ? await readAll(file, run.data) : null;
    for (let start = from; start < run.count; start += batch) {
      const end = Math.min(start + batch, run.count);
      const tweets: SpooledTweet[] = [];
      for (let place = start; place < end; place++) {
        const { offset, length } = index.spanAt(place);
        const id = index.idAt(place);
        // Read one by one for the month in which a bot wrote a million tweets.
        const own = whole ?? readSome(file, run.data, offset, length);
        tweets.push(new SpooledTweet(id, own, whole === null ? 0 : offset, length));
      }
      yield tweets;
      await setImmediate();
    }
  } finally {
    await file.close();
  }
}

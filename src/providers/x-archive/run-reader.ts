import { type FileHandle, open } from 'node:fs/promises';
import { setImmediate } from 'node:timers/promises';
import { entryBytes, RunIndex } from './run-index.ts';
import type { Run } from './run.ts';
import { type Paged, readAll, readSome } from './spool-file.ts';

/** A run up to this size is read at once: a person's busy month has about 10 MB. */
const wholeBytesMax = 24 * 1024 * 1024;

/** Reads a run's index. */
export async function readIndex(file: FileHandle, index: Paged): Promise<RunIndex> {
  const { buffer } = await readAll(file, index);
  return new RunIndex(index.length / entryBytes, buffer);
}

/** An unparsed tweet; a slice of the bytes that were read from disk, so that tens of thousands take little memory. */
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

/** Yields a run's tweets in order from index `from`, `batch` at a time. */
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
        // A larger run is read tweet by tweet, e.g. a month in which a bot posted a million.
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

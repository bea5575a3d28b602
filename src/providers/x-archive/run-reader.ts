import { readSync } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { setImmediate } from 'node:timers/promises';
import { RunIndex, type Span } from './run-index.ts';
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

/** Reads runs one after the other; the memory of one serves for the next. */
export class RunReader {
  #data = Buffer.alloc(0);

  /** Yields the JSON of a run's tweets in order, from the entry with that number, `batch` at a time. */
  async *read(run: Run, from: number, batch: number): AsyncGenerator<readonly string[]> {
    const index = await readIndex(run.indexPath, run.count);
    const file = await open(run.dataPath);
    try {
      const isWhole = run.dataBytes <= wholeBytesMax;
      if (isWhole) await fill(file, this.#room(run.dataBytes));
      for (let start = from; start < run.count; start += batch) {
        const end = Math.min(start + batch, run.count);
        const texts: string[] = [];
        for (let place = start; place < end; place++) {
          const span = index.spanAt(place);
          texts.push(isWhole ? textAt(this.#data, span) : this.#fetch(file, span));
        }
        yield texts;
        await setImmediate();
      }
    } finally {
      await file.close();
    }
  }

  #room(bytes: number): Buffer {
    if (bytes > this.#data.length) this.#data = Buffer.allocUnsafe(Math.ceil(bytes * 1.25));
    return this.#data.subarray(0, bytes);
  }

  // For the month in which a bot wrote a million tweets. Synchronous: the pages were written a moment ago and come
  // out of the cache in some 3 microseconds; a promise for each takes five times that.
  #fetch(file: FileHandle, { offset, length }: Span): string {
    const room = this.#room(length);
    readSync(file.fd, room, 0, length, offset);
    return room.toString('utf8');
  }
}

function textAt(data: Buffer, { offset, length }: Span): string {
  return data.toString('utf8', offset, offset + length);
}

async function fill(file: FileHandle, target: Buffer): Promise<void> {
  for (let read = 0; read < target.length; ) {
    const { bytesRead } = await file.read(target, read, target.length - read, read);
    if (bytesRead === 0) throw new Error('a spooled file is shorter than it was written');
    read += bytesRead;
  }
}

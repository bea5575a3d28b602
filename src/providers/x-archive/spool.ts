import { appendFileSync } from 'node:fs';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { snowflakeTime } from '../x/snowflake.ts';
import { entryBytes, RunIndex } from './run-index.ts';
import { readIndex } from './run-reader.ts';

/** The tweets of one month (UTC), in order of their dates and without copies. Ids tell the month where they tell a time. */
export type Run = {
  /** `2015-03`: sorts by time as text. */
  readonly month: string;
  /** How many tweets. */
  readonly count: number;
  readonly dataPath: string;
  readonly dataBytes: number;
  readonly indexPath: string;
};

const dataBuffered = 64 * 1024;
const entriesBuffered = 512;

/**
 * Puts tweets down on disk by month, as archives are in no order and posts are several times cheaper to store in
 * order of time. Memory holds a buffer a month (80 KB, so 19 MB for twenty years), however large the archive is.
 */
export class Spool {
  readonly #folder: string;
  readonly #runs = new Map<string, RunWriter>();
  readonly #superseded = new Set<string>();

  private constructor(folder: string) {
    this.#folder = folder;
  }

  /** A spool in a folder of its own inside `folder`, emptied of what an earlier try left. */
  static async create(folder: string): Promise<Spool> {
    const own = join(folder, 'runs');
    await rm(own, { recursive: true, force: true });
    await mkdir(own, { recursive: true });
    return new Spool(own);
  }

  /** Takes a tweet's JSON, which is copied. */
  add(
    tweet: { readonly id: string; readonly createdAt: number; readonly weight: number },
    json: Buffer,
  ): void {
    // By the id, so that copies of one tweet meet in one run even where their dates differ.
    const month = monthOf(snowflakeTime(tweet.id) ?? tweet.createdAt);
    let run = this.#runs.get(month);
    if (run === undefined) {
      run = new RunWriter(join(this.#folder, month));
      this.#runs.set(month, run);
    }
    run.add(tweet, json);
  }

  /** Leaves a tweet out, whenever it comes: a newer version of it was read. */
  leaveOut(id: string): void {
    this.#superseded.add(id);
  }

  /** Sorts every run; nothing may be added afterwards. Oldest run first. */
  async finish(signal?: AbortSignal): Promise<readonly Run[]> {
    const finished: Run[] = [];
    for (const month of [...this.#runs.keys()].sort()) {
      signal?.throwIfAborted();
      const writer = this.#runs.get(month) as RunWriter; // safe: it is one of the map's keys
      finished.push({ month, ...(await writer.finish(this.#superseded)) });
      this.#runs.delete(month);
    }
    return finished;
  }
}

/** Appends to the two files of a run. They are not held open: archives can have more months than a process may have files. */
class RunWriter {
  readonly #dataPath: string;
  readonly #indexPath: string;
  readonly #data = Buffer.allocUnsafe(dataBuffered);
  #dataLength = 0;
  readonly #index = new RunIndex(entriesBuffered);
  #entries = 0;
  #entriesWritten = 0;
  /** Bytes of data so far, with those still in memory. */
  #offset = 0;

  constructor(path: string) {
    this.#dataPath = `${path}.data`;
    this.#indexPath = `${path}.index`;
  }

  add(
    tweet: { readonly id: string; readonly createdAt: number; readonly weight: number },
    json: Buffer,
  ): void {
    const { length } = json;
    if (this.#dataLength + length > dataBuffered) this.#flushData();
    if (length > dataBuffered) appendFileSync(this.#dataPath, json);
    else this.#dataLength += json.copy(this.#data, this.#dataLength);
    this.#index.write(this.#entries++, { ...tweet, offset: this.#offset, length });
    if (this.#entries === entriesBuffered) this.#flushIndex();
    this.#offset += length;
  }

  async finish(superseded: ReadonlySet<string>): Promise<Omit<Run, 'month'>> {
    this.#flushData();
    this.#flushIndex();
    const index = (await readIndex(this.#indexPath, this.#entriesWritten)).settle(superseded);
    await writeFile(this.#indexPath, index.bytes);
    return {
      count: index.count,
      dataPath: this.#dataPath,
      dataBytes: this.#offset,
      indexPath: this.#indexPath,
    };
  }

  // Synchronous: 64 KB into the page cache take some 50 microseconds, less than a promise for each record would.
  #flushData(): void {
    if (this.#dataLength > 0) appendFileSync(this.#dataPath, this.#data.subarray(0, this.#dataLength));
    this.#dataLength = 0;
  }

  #flushIndex(): void {
    if (this.#entries > 0)
      appendFileSync(this.#indexPath, this.#index.bytes.subarray(0, this.#entries * entryBytes));
    this.#entriesWritten += this.#entries;
    this.#entries = 0;
  }
}

const dayMs = 86_400_000;
/** Formatting a date costs more than all the rest of adding a tweet. */
const monthsOfDays = new Map<number, string>();

function monthOf(instant: number): string {
  const day = Math.floor(instant / dayMs);
  let month = monthsOfDays.get(day);
  if (month === undefined) {
    month = new Date(instant).toISOString().slice(0, 7);
    monthsOfDays.set(day, month);
  }
  return month;
}

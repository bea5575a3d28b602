import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { BadInputError } from '../../shared/errors.ts';
import { dayMs } from '../../shared/instant.ts';
import type { Versions } from '../../shared/post.ts';
import { isNewer } from '../x/ids.ts';
import { snowflakeTime } from '../x/snowflake.ts';
import { RunIndex } from './run-index.ts';
import { readIndex } from './run-reader.ts';
import type { Run } from './run.ts';
import { PageWriter, SpoolFile } from './spool-file.ts';

/** Most versions of edited tweets, whose ids are kept in memory. A post can be edited five times at most. */
const leftOutMax = 1_000_000;

/** What the spool needs to know about a tweet. */
type Spoolable = { readonly id: string; readonly createdAt: number; readonly weight: number };
type RunWriter = { readonly data: PageWriter; readonly index: PageWriter };

/**
 * Writes tweets to disk by month: archives are in no order, and posts are several times cheaper to store in order of
 * time. Two pages per month are in memory, however large the archive is.
 */
export class Spool {
  readonly #path: string;
  readonly #file: SpoolFile;
  readonly #runs = new Map<string, RunWriter>();
  readonly #entry = new RunIndex(1);
  readonly #superseded = new Set<string>();
  /** The versions of edited tweets. */
  readonly edits: Versions[] = [];
  #versions = 0;

  private constructor(path: string, file: SpoolFile) {
    this.#path = path;
    this.#file = file;
  }

  /** Creates a spool in a folder of its own inside `folder`; deletes what an earlier attempt left. */
  static async create(folder: string): Promise<Spool> {
    const own = join(folder, 'runs');
    await rm(own, { recursive: true, force: true });
    await mkdir(own, { recursive: true, mode: 0o700 });
    const path = join(own, 'tweets');
    return new Spool(path, await SpoolFile.create(path));
  }

  /** Adds a tweet and copies its JSON. */
  add(tweet: Spoolable, json: Buffer): void {
    // The month of the id, so that copies of one tweet are in the same run even when their dates differ.
    const month = monthOf(snowflakeTime(tweet.id) ?? tweet.createdAt);
    let run = this.#runs.get(month);
    if (run === undefined) {
      run = { data: new PageWriter(this.#file), index: new PageWriter(this.#file) };
      this.#runs.set(month, run);
    }
    const { id, createdAt, weight } = tweet;
    this.#entry.write(0, { id, createdAt, weight, offset: run.data.length, length: json.length });
    run.index.append(this.#entry.bytes);
    run.data.append(json);
  }

  /** Excludes the versions before this one, whether they were added already or not. */
  leaveOutBefore(id: string, versions: Versions): void {
    this.edits.push(versions);
    this.#versions += versions.length;
    for (const version of versions) if (isNewer(id, version)) this.#superseded.add(version);
    if (this.#versions > leftOutMax) {
      throw new BadInputError(`The archive names more than ${leftOutMax} versions of edited tweets.`);
    }
  }

  /** Call it regularly: waits when tweets come faster than the disk can write them; throws when writing failed. */
  async relieve(): Promise<void> {
    await this.#file.relieve();
  }

  /** Sorts every run and returns them, oldest first. `add` must not be called afterwards. */
  async finish(signal?: AbortSignal): Promise<readonly Run[]> {
    const written = [...this.#runs].sort(([a], [b]) => (a < b ? -1 : 1));
    const runs = written.map(([month, run]) => ({
      month,
      data: run.data.finish(),
      index: run.index.finish(),
    }));
    this.#runs.clear();
    const file = await this.#file.settle();
    const finished: Run[] = [];
    for (const { month, data, index } of runs) {
      signal?.throwIfAborted();
      const settled = (await readIndex(file, index)).settle(this.#superseded);
      const writer = new PageWriter(this.#file);
      writer.append(settled.bytes);
      finished.push({ month, count: settled.count, path: this.#path, data, index: writer.finish() });
    }
    await this.#file.settle();
    return finished;
  }

  /** Closes the file. */
  async close(): Promise<void> {
    await this.#file.close();
  }
}

/** Cached, because formatting a date costs more than the rest of `add`. */
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

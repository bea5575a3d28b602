import type { Redis } from 'ioredis';
import { type Entry, formatEntry, parseEntry } from './entry.ts';

/** Lines that were taken, and by what they are released. */
export type Taken = { readonly entries: readonly Entry[]; readonly ids: readonly string[] };

/** Where in Redis chat waits to be written, and who writes it. */
export type ChatStreamOptions = {
  readonly redis: Redis;
  /** The deployment's own. */
  readonly prefix: string;
  /** Who takes lines here: no two processes have the same. */
  readonly writerId: string;
  /** How many lines may wait in Redis. */
  readonly linesMax: number;
  /** What a writer took and did not release for so long is taken by another; default: 30 s. */
  readonly claimAfterMs?: number;
};

const group = 'writers';
const linesAtOnce = 2_000;
const claimAfterMs = 30_000;
const claimEveryMs = 5_000;
/** A writer without lines that was not heard of for so long is forgotten. */
const forgottenMs = 3_600_000;

/**
 * Chat that waits in a Redis stream between collecting and writing, for any writer of the deployment. A line stays until
 * a writer says that the store has it; what a writer took that died is taken by another. So a line may be written twice,
 * which the store does not count.
 */
export class ChatStream {
  readonly #redis: Redis;
  readonly #key: string;
  readonly #writerId: string;
  readonly #linesMax: number;
  readonly #claimAfterMs: number;
  #claimedAt = Number.NEGATIVE_INFINITY;

  constructor(options: ChatStreamOptions) {
    this.#redis = options.redis;
    this.#key = `${options.prefix}:chat`;
    this.#writerId = options.writerId;
    this.#linesMax = options.linesMax;
    this.#claimAfterMs = options.claimAfterMs ?? claimAfterMs;
  }

  /** Adds lines in their order. `full`: as many wait as may; `away`: Redis took not all of them. */
  async add(entries: readonly Entry[]): Promise<'added' | 'full' | 'away'> {
    if (this.#redis.status !== 'ready') return 'away';
    try {
      const waiting = await this.#redis.xlen(this.#key);
      // More than may wait at all would never fit.
      if (waiting > 0 && waiting + entries.length > this.#linesMax) return 'full';
      for (let at = 0; at < entries.length; at += linesAtOnce) {
        const pipeline = this.#redis.pipeline();
        for (const entry of entries.slice(at, at + linesAtOnce))
          pipeline.xadd(this.#key, '*', 'line', formatEntry(entry));
        const answers = await pipeline.exec();
        if (answers === null || answers.some(([error]) => error !== null)) return 'away';
      }
      return 'added';
    } catch {
      return 'away';
    }
  }

  /** The next lines to be written; null when none wait. Rejects while Redis is away. */
  async take(now = performance.now()): Promise<Taken | null> {
    return this.#withGroup(async () => {
      if (now - this.#claimedAt >= claimEveryMs) {
        const claimed = await this.#claim();
        if (claimed !== null) return claimed;
        this.#claimedAt = now;
        await this.#forgetWriters();
      }
      const answer = (await this.#redis.xreadgroup(
        'GROUP',
        group,
        this.#writerId,
        'COUNT',
        linesAtOnce,
        'STREAMS',
        this.#key,
        '>',
      )) as readonly [key: string, items: readonly Item[]][] | null;
      return takenOf(answer?.[0]?.[1] ?? []);
    });
  }

  /** Removes lines that the store has. */
  async release({ ids }: Taken): Promise<void> {
    await this.#redis
      .multi()
      .xack(this.#key, group, ...ids)
      .xdel(this.#key, ...ids)
      .exec();
  }

  async #claim(): Promise<Taken | null> {
    const answer = await this.#redis.xautoclaim(
      this.#key,
      group,
      this.#writerId,
      this.#claimAfterMs,
      '0',
      'COUNT',
      linesAtOnce,
    );
    const [, items] = answer as [next: string, items: readonly (Item | null)[]];
    // Before Redis 7 those that were removed are listed without what they said.
    return takenOf(items.filter((item) => item !== null));
  }

  async #forgetWriters(): Promise<void> {
    const writers = (await this.#redis.xinfo(
      'CONSUMERS',
      this.#key,
      group,
    )) as readonly (readonly unknown[])[];
    for (const fields of writers) {
      const told = (name: string) => fields[fields.indexOf(name) + 1];
      if (told('pending') === 0 && Number(told('idle')) > forgottenMs)
        await this.#redis.xgroup('DELCONSUMER', this.#key, group, String(told('name')));
    }
  }

  /** A Redis that lost what it held has no group either. */
  async #withGroup<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      if (!String(error).includes('NOGROUP')) throw error;
      await this.#redis.xgroup('CREATE', this.#key, group, '0', 'MKSTREAM').catch((err: unknown) => {
        // Another was faster.
        if (!String(err).includes('BUSYGROUP')) throw err;
      });
      return work();
    }
  }
}

type Item = readonly [id: string, fields: readonly string[]];

/** What cannot be read is released with the others. */
function takenOf(items: readonly Item[]): Taken | null {
  if (items.length === 0) return null;
  const entries = items.flatMap(([, fields]) => parseEntry(fields[1] ?? '') ?? []);
  return { entries, ids: items.map(([id]) => id) };
}

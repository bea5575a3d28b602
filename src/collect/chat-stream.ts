import type { Redis } from 'ioredis';
import { type Entry, formatEntry, parseEntry } from './entry.ts';

/** Taken lines, and the ids that release them. */
export type Taken = { readonly entries: readonly Entry[]; readonly ids: readonly string[] };

/** The Redis stream of chat that waits to be stored. */
export type ChatStreamOptions = {
  readonly redis: Redis;
  /** Prefix of the deployment's keys. */
  readonly prefix: string;
  /** The id of this writer, different in each process. */
  readonly writerId: string;
  /** Most lines that may wait in Redis. */
  readonly linesMax: number;
  /** After this time, unreleased lines of a writer are taken over by another; default: 30 s. */
  readonly claimAfterMs?: number;
};

const group = 'writers';
const linesAtOnce = 2_000;
const claimAfterMs = 30_000;
const claimEveryMs = 5_000;
/** An idle writer without lines is deleted after this time. */
const forgottenMs = 3_600_000;

/**
 * A Redis stream of chat between collectors and writers; any writer of the deployment may take lines. A line stays
 * until a writer confirms that it is stored. Lines of a dead writer are taken over by another, so a line may be written
 * twice; the store keeps it once.
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

  /** Adds lines in order. `full`: the limit of waiting lines is reached; `away`: Redis did not accept all of them. */
  async add(entries: readonly Entry[]): Promise<'added' | 'full' | 'away'> {
    if (this.#redis.status !== 'ready') return 'away';
    try {
      const waiting = await this.#redis.xlen(this.#key);
      // An empty stream accepts any number: more lines than the limit would never fit.
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

  /** Takes the next lines; null when none wait. Rejects while Redis is away. */
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

  /** Removes lines that are stored. */
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
    // Before Redis 7, removed items are listed as null.
    return takenOf(items.filter((item) => item !== null));
  }

  async #forgetWriters(): Promise<void> {
    const writers = (await this.#redis.xinfo(
      'CONSUMERS',
      this.#key,
      group,
    )) as readonly (readonly unknown[])[];
    for (const fields of writers) {
      const field = (name: string) => fields[fields.indexOf(name) + 1];
      if (field('pending') === 0 && Number(field('idle')) > forgottenMs)
        await this.#redis.xgroup('DELCONSUMER', this.#key, group, String(field('name')));
    }
  }

  /** Creates the consumer group when Redis has lost its data. */
  async #withGroup<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      if (!String(error).includes('NOGROUP')) throw error;
      await this.#redis.xgroup('CREATE', this.#key, group, '0', 'MKSTREAM').catch((err: unknown) => {
        // Another process has created it.
        if (!String(err).includes('BUSYGROUP')) throw err;
      });
      return work();
    }
  }
}

type Item = readonly [id: string, fields: readonly string[]];

/** Lines that cannot be parsed are released with the others. */
function takenOf(items: readonly Item[]): Taken | null {
  if (items.length === 0) return null;
  const entries = items.flatMap(([, fields]) => parseEntry(fields[1] ?? '') ?? []);
  return { entries, ids: items.map(([id]) => id) };
}

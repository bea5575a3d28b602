import { sql } from 'drizzle-orm';
import type { Change } from '../db/changes.ts';
import type { Database } from '../db/client.ts';
import { streamsBehind } from '../db/stream-lock.ts';
import { type Reads, coalesceReads } from '../shared/coalesce-reads.ts';

import { Fingerprint } from './fingerprint.ts';

/** What this process knows of the streams' versions. */
export type Versions = {
  /** The version of a stream that this process knows; null when there is no such stream. */
  of(streamId: number): number | null;
  /** Grows when a stream is created or deleted, or goes by another handle. */
  registry(): number;
  /** A number of the versions of all streams: another process that knows the same ones has the same. */
  fingerprint(): number;
  /** Counts what this process heard: grows with each change. */
  clock(): number;
  /** The clock's value when the stream last changed here; 0 when it did not since the start. */
  changedAt(streamId: number): number;
  /** Whether news is heard, and nothing was missed: `current()` then resolves at once. */
  isCurrent(): boolean;
  /** Resolves at once while news is heard; after an outage it asks for all versions first. Rejects when the store is away. */
  current(): Promise<void>;
  /**
   * Whether a stream's posts are at least as new as its version that is known here; without a stream, whether all are.
   * Always so on one node: see `#ahead`.
   */
  isSettled(streamId?: number): boolean;
  /** Takes over a version that was read of the store before its news came: whoever saw it is shown nothing older. */
  learn(streamId: number, version: number): void;
  close(): Promise<void>;
};

/** How often the store is compared with what is known. */
const lookEveryMs = 2_000;

/** Loads the versions of all streams, and keeps them by the news until it is closed. Open one a process. */
export async function openVersions(db: Database): Promise<Versions> {
  const known = new KnownVersions(db);
  await known.open();
  return known;
}

/**
 * A process may end between its commit and its news, and others then hear nothing. So the store's totals are compared
 * every two seconds; when they differ, all versions are loaded, and the listeners of this process are told of the
 * streams that differ.
 */
class KnownVersions implements Versions {
  readonly #db: Database;
  readonly #versions = new Map<number, number>();
  readonly #changes = new Map<number, number>();
  /**
   * Streams whose version was read of a distributed store and not told by its writer: the coordinator shows a version
   * before the workers show the posts. They are settled by the writer's news, or when nobody has the stream's lock.
   */
  readonly #ahead = new Set<number>();
  #registry = 0;
  /** The sum of all versions, which the store can tell as well. */
  #sum = 0;
  readonly #fingerprint = new Fingerprint();
  #clock = 0;
  #isOpen = false;
  /** Whether all was loaded since other processes are heard. */
  #complete = false;
  #outages = 0;
  readonly #loading: Reads<void>;
  #stop: () => unknown = () => {};
  #looking: NodeJS.Timeout | undefined;

  constructor(db: Database) {
    this.#db = db;
    this.#loading = coalesceReads(() => this.#load());
  }

  async open(): Promise<void> {
    const { news } = this.#db;
    const stopHearing = await news.hear();
    const stopListening = news.listen({
      onChange: (change) => this.#hear(change),
      onAway: () => {
        this.#outages += 1;
        this.#complete = false;
      },
      onBack: () => void this.#loading.ask().catch(() => {}),
    });
    await news.join('streams');
    this.#stop = () => {
      stopListening();
      news.leave('streams');
      return stopHearing();
    };
    try {
      await this.#loading.ask();
    } catch (error) {
      await this.#stop();
      throw error;
    }
    this.#isOpen = true;
    this.#lookLater();
  }

  of(streamId: number): number | null {
    return this.#versions.get(streamId) ?? null;
  }

  registry(): number {
    return this.#registry;
  }

  fingerprint(): number {
    return this.#fingerprint.value;
  }

  clock(): number {
    return this.#clock;
  }

  changedAt(streamId: number): number {
    return this.#changes.get(streamId) ?? 0;
  }

  isCurrent(): boolean {
    return this.#complete && this.#db.news.isHearing();
  }

  async current(): Promise<void> {
    if (!this.isCurrent()) await this.#loading.ask();
  }

  isSettled(streamId?: number): boolean {
    return streamId === undefined ? this.#ahead.size === 0 : !this.#ahead.has(streamId);
  }

  learn(stream: number, version: number): void {
    // Of a stream that is not known the row may be older than its deletion.
    if (version <= (this.of(stream) ?? version)) return;
    this.#db.news.tellHere([{ stream, version }]);
    if (this.#db.isDistributed) this.#ahead.add(stream);
  }

  async close(): Promise<void> {
    clearTimeout(this.#looking);
    this.#looking = undefined;
    await this.#stop();
  }

  /** Takes a change over, unless it is known: news may come twice, and late. */
  #hear(change: Change): void {
    if ('job' in change || 'alert' in change) return;
    if ('registry' in change) {
      if (change.registry <= this.#registry) return;
      this.#registry = change.registry;
    } else {
      const { stream, version } = change;
      const before = this.of(stream);
      const isNew = version === null ? before !== null : version > (before ?? -1);
      const isSettled = (isNew || version === before) && this.#ahead.delete(stream);
      if (!isNew && !isSettled) return;
      if (isNew) this.#put(stream, version);
    }
    this.#count(change);
  }

  #put(streamId: number, version: number | null): void {
    const before = this.of(streamId);
    this.#sum += (version ?? 0) - (before ?? 0);
    if (before !== null) this.#fingerprint.toggle(streamId, before);
    if (version !== null) this.#fingerprint.toggle(streamId, version);
    if (version === null) this.#versions.delete(streamId);
    else this.#versions.set(streamId, version);
  }

  #count(change: Change): void {
    this.#clock += 1;
    if ('stream' in change) this.#changes.set(change.stream, this.#clock);
  }

  async #load(): Promise<void> {
    const { news } = this.#db;
    const [outages, begun, hears] = [this.#outages, this.#clock, news.isHearing()];
    const registryBefore = this.#registry;
    const rows = await this.#db.rows<Row>(sql`
      select r.version::float8 as registry, s.stream_id as "streamId", s.version::float8 as version
      from registry r left join streams s on true`);
    // Asked after the versions: what is free by now was over when they were read, or is older than they are.
    const behind = await streamsBehind(this.#db);
    const stored = new Map<number, number | null>([...this.#versions.keys()].map((id) => [id, null]));
    for (const { streamId, version } of rows) if (streamId !== null) stored.set(streamId, version);
    const differing: Change[] = [];
    for (const [stream, version] of stored) {
      // What changed here meanwhile is newer than what was read.
      if (version === this.of(stream) || this.changedAt(stream) > begun) continue;
      this.#put(stream, version);
      differing.push({ stream, version });
    }
    const registry = rows[0]?.registry ?? 0;
    if (registry !== this.#registry && this.#registry === registryBefore) {
      this.#registry = registry;
      differing.push({ registry });
    }
    if (hears && outages === this.#outages) this.#complete = true;
    // What is loaded at the start is no change.
    if (this.#isOpen) {
      for (const change of differing) this.#count(change);
      news.tellHere(differing);
    }
    for (const change of differing)
      if ('stream' in change && behind.has(change.stream)) this.#ahead.add(change.stream);
  }

  /** Finds out of which streams the writer has ended without a word; to its listeners that is a change. */
  async #settle(): Promise<void> {
    const ahead = [...this.#ahead].map((stream) => ({ stream, version: this.of(stream) }));
    const behind = await streamsBehind(this.#db);
    this.#db.news.tellHere(ahead.filter(({ stream }) => !behind.has(stream)));
  }

  #lookLater(): void {
    this.#looking = setTimeout(() => void this.#look(), lookEveryMs).unref();
  }

  async #look(): Promise<void> {
    try {
      const [row] = await this.#db.rows<Totals>(sql`
        select count(*)::float8 as count, coalesce(sum(version), 0)::float8 as sum,
          (select version from registry)::float8 as registry from streams`);
      const { count, sum: total, registry } = row ?? { count: 0, sum: 0, registry: 0 };
      const same = count === this.#versions.size && total === this.#sum && registry === this.#registry;
      // News on its way makes a difference, too; then this costs a statement.
      if (!same) await this.#loading.ask();
      if (this.#ahead.size > 0) await this.#settle();
    } catch {
      // The store is away: the next look, or whoever needs to know, asks again.
    }
    if (this.#looking !== undefined) this.#lookLater();
  }
}

type Row = {
  readonly registry: number;
  readonly streamId: number | null;
  readonly version: number | null;
};

type Totals = { readonly count: number; readonly sum: number; readonly registry: number };

import { sql } from 'drizzle-orm';
import type { Change } from '../db/changes.ts';
import type { Database } from '../db/client.ts';
import { hasCommitsInDoubt, streamsBehind } from '../db/stream-lock.ts';
import { type Reads, coalesceReads } from '../shared/coalesce-reads.ts';

import { Fingerprint } from './fingerprint.ts';
import { lockStreams } from './lock.ts';
import { touchAll } from './touch.ts';

/** The streams' versions as this process knows them. */
export type Versions = {
  /** Returns the known version of a stream; null when there is no such stream. */
  of(streamId: number): number | null;
  /** Grows when a stream is created, deleted or renamed. */
  registry(): number;
  /** A hash of the versions of all streams: processes that know the same versions have the same hash. */
  fingerprint(): number;
  /** Counts the changes that this process has received. */
  clock(): number;
  /** The value of `clock()` when the stream last changed here; 0 when it has not changed since the start. */
  changedAt(streamId: number): number;
  /** Whether notifications arrive and none was missed: `current()` then resolves at once. */
  isCurrent(): boolean;
  /**
   * Resolves at once while notifications arrive; after an outage it loads all versions first. Rejects when the store
   * is away.
   */
  current(): Promise<void>;
  /**
   * Whether a stream's posts are at least as new as its known version; without a stream, whether all are. Always true
   * on one node: see `#ahead`.
   */
  isSettled(streamId?: number): boolean;
  /**
   * Applies a version that was read from the store before its notification came, so that its reader is shown nothing
   * older.
   */
  learn(streamId: number, version: number): void;
  close(): Promise<void>;
};

/** How often the known versions are compared with the store. */
const lookEveryMs = 2_000;

/** Loads the versions of all streams and keeps them up to date until it is closed. Open one per process. */
export async function openVersions(db: Database): Promise<Versions> {
  const known = new KnownVersions(db);
  await known.open();
  return known;
}

/**
 * A process may end between its commit and its notification, and other processes then receive nothing. So the store's
 * totals are compared every two seconds. When they differ, all versions are loaded, and the listeners of this process
 * are notified of the streams that differ.
 */
class KnownVersions implements Versions {
  readonly #db: Database;
  readonly #versions = new Map<number, number>();
  readonly #changes = new Map<number, number>();
  /**
   * Streams whose version was read from a distributed store before its writer sent a notification. The coordinator shows
   * a version before the workers show the posts. A stream is settled by the notification, or when its lock is free and
   * no commit is in doubt.
   */
  readonly #ahead = new Set<number>();
  /** Streams of a distributed store that changed since the last look that found no commit in doubt. */
  readonly #unproven = new Set<number>();
  /** Whether the last look found a commit in doubt. */
  #wasInDoubt = false;
  #registry = 0;
  /** The sum of all versions, to compare with the store's. */
  #sum = 0;
  readonly #fingerprint = new Fingerprint();
  #clock = 0;
  #isOpen = false;
  /** Whether all versions were loaded since notifications arrive. */
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
    const { changeFeed } = this.#db;
    const stopReceiving = await changeFeed.receive();
    const stopListening = changeFeed.listen({
      onChange: (change) => this.#apply(change),
      onAway: () => {
        this.#outages += 1;
        this.#complete = false;
      },
      onBack: () => void this.#loading.ask().catch(() => {}),
    });
    await changeFeed.join('streams');
    this.#stop = () => {
      stopListening();
      changeFeed.leave('streams');
      return stopReceiving();
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
    return this.#complete && this.#db.changeFeed.isReceiving();
  }

  async current(): Promise<void> {
    if (!this.isCurrent()) await this.#loading.ask();
  }

  isSettled(streamId?: number): boolean {
    return streamId === undefined ? this.#ahead.size === 0 : !this.#ahead.has(streamId);
  }

  learn(stream: number, version: number): void {
    // An unknown stream is skipped: its row may be older than its deletion.
    if (version <= (this.of(stream) ?? version)) return;
    this.#db.changeFeed.notifyLocal([{ stream, version }]);
    if (this.#db.isDistributed) this.#ahead.add(stream);
  }

  async close(): Promise<void> {
    clearTimeout(this.#looking);
    this.#looking = undefined;
    await this.#stop();
  }

  /** Applies a change, unless it is known: notifications may come twice, and late. */
  #apply(change: Change): void {
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
      if (isNew && this.#db.isDistributed) this.#unproven.add(stream);
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
    const { changeFeed } = this.#db;
    const [outages, begun, receives] = [this.#outages, this.#clock, changeFeed.isReceiving()];
    const registryBefore = this.#registry;
    const rows = await this.#db.rows<Row>(sql`
      select r.version::float8 as registry, s.stream_id as "streamId", s.version::float8 as version
      from registry r left join streams s on true`);
    // Asked after the versions were read: the writer of a version that was read has its lock until the workers commit.
    const isBehind = await this.#behind();
    const stored = new Map<number, number | null>([...this.#versions.keys()].map((id) => [id, null]));
    for (const { streamId, version } of rows) if (streamId !== null) stored.set(streamId, version);
    const differing: Change[] = [];
    for (const [stream, version] of stored) {
      // A change that arrived meanwhile is newer than what was read.
      if (version === this.of(stream) || this.changedAt(stream) > begun) continue;
      this.#put(stream, version);
      differing.push({ stream, version });
    }
    const registry = rows[0]?.registry ?? 0;
    if (registry !== this.#registry && this.#registry === registryBefore) {
      this.#registry = registry;
      differing.push({ registry });
    }
    if (receives && outages === this.#outages) this.#complete = true;
    // The first load is not a change.
    if (this.#isOpen) {
      for (const change of differing) this.#count(change);
      changeFeed.notifyLocal(differing);
    }
    for (const change of differing)
      if ('stream' in change && isBehind(change.stream)) this.#ahead.add(change.stream);
  }

  /** Resolves to whether a stream's posts may be older than a version that was read before. */
  async #behind(): Promise<(streamId: number) => boolean> {
    const locked = await streamsBehind(this.#db);
    const inDoubt = await hasCommitsInDoubt(this.#db);
    return (streamId) => inDoubt || locked.has(streamId);
  }

  /** Finds the streams whose writer ended without a notification. For listeners that is a change. */
  async #settle(): Promise<void> {
    const ahead = [...this.#ahead].map((stream) => ({ stream, version: this.of(stream) }));
    const isBehind = await this.#behind();
    this.#db.changeFeed.notifyLocal(ahead.filter(({ stream }) => !isBehind(stream)));
  }

  /**
   * When a worker dies between the commits, answers have the new version and the old posts until Citus has finished the
   * commit. They may be cached. So the versions of the streams that changed are raised once more when no commit is in
   * doubt any more.
   */
  async #prove(): Promise<void> {
    const changed = [...this.#unproven];
    this.#unproven.clear();
    let left: readonly number[] = changed;
    try {
      const isInDoubt = await hasCommitsInDoubt(this.#db);
      if (!isInDoubt) left = this.#wasInDoubt ? await this.#raise([...changed, ...this.#unproven]) : [];
      this.#wasInDoubt = isInDoubt || left.length > 0;
    } finally {
      for (const stream of left) this.#unproven.add(stream);
    }
  }

  /** Raises the versions of streams. Returns those that are locked by others. */
  #raise(streams: readonly number[]): Promise<readonly number[]> {
    return this.#db.sql.begin(async (tx) => {
      const locked = await lockStreams(tx, streams);
      await touchAll(tx, [...locked]);
      return streams.filter((stream) => !locked.has(stream) && this.of(stream) !== null);
    });
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
      // Notifications on their way make a difference, too. It costs one statement.
      if (!same) await this.#loading.ask();
      if (this.#ahead.size > 0) await this.#settle();
      if (this.#unproven.size > 0) await this.#prove();
    } catch {
      // The store is away: the next comparison, or the next caller of `current()`, tries again.
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

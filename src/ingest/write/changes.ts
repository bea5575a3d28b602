import type { TransactionSql } from 'postgres';
import { activityBucket, minuteBucket } from '../../shared/activity-bucket.ts';
import { metricNames } from '../../shared/metrics.ts';
import { quarterMs } from '../../shared/instant.ts';
import { TrendChanges } from '../folding/changes.ts';
import { hasMinute, RollupDelta } from './contributions.ts';
import type { Merged, Observation } from './merge.ts';
import {
  applyRollups,
  noSums,
  type PreparedRollups,
  prepareRollups,
  type StreamSums,
  sumsOf,
} from './rollups.ts';
import type { PostRow } from './row.ts';

/** The changes of a transaction apart from the posts themselves: gathered post by post, written once at its end. */
export class StreamChanges {
  readonly #delta = new RollupDelta();
  readonly #trends: TrendChanges;
  /** Buckets that posts or observations have left: subtraction alone may leave their rows unclear. */
  readonly #left = {
    activity: new Set<number>(),
    minutes: new Set<number>(),
    observed: new Set<number>(),
  };

  #arrived = 0;
  /** Candidates for `arrivals`; trimmed to the newest. */
  #arrivals: Arrival[] = [];

  /** `trends`: shared by several streams; default: this stream's own. */
  constructor(trends = new TrendChanges()) {
    this.#trends = trends;
  }

  /** The changes of the rollups. */
  get delta(): RollupDelta {
    return this.#delta;
  }

  /** The own posts that were added. */
  get arrivals(): Arrivals {
    return { arrived: this.#arrived, newest: newest(this.#arrivals).map(({ postId }) => postId) };
  }

  /** Counts a new post. `past`: its earlier observations. */
  add({ row, past }: Merged): void {
    this.#delta.apply(row, past, 1);
    this.#trends.add(row);
    if (row.own) this.#arrive(row);
  }

  #arrive(row: PostRow): void {
    this.#arrived++;
    this.#arrivals.push({ postId: row.postId, createdAt: row.createdAt });
    if (this.#arrivals.length >= 10 * arrivalsKept) this.#arrivals = newest(this.#arrivals);
  }

  /** Subtracts what a post counted for before, and adds what it counts for now. `past`: its earlier observations. */
  replace(stored: PostRow, merged: Merged, past: readonly Observation[]): void {
    const { row, past: passed } = merged;
    if (row.own && !stored.own) this.#arrive(row);
    const known = new Set(past.map(seenAt));
    const pastNow = [...past, ...passed.filter((seen) => !known.has(seen.observedAt))];
    this.#delta.apply(stored, past, -1);
    this.#delta.apply(row, pastNow, 1);
    this.#trends.replace(stored, row);
    const moved =
      activityBucket(stored) !== activityBucket(row) ||
      // A measured figure replaces an estimate: nothing estimated may remain.
      stored.impressionsEstimated !== row.impressionsEstimated;
    const differs = countsAs(stored) !== countsAs(row) || forgets([...past, stored], [...pastNow, row]);
    if (moved || differs) this.#leave(this.#left.activity, ...[stored, row].map(activityBucket));
    if (differs || minuteBucket(stored) !== minuteBucket(row)) this.#leaveMinutes(stored, row);
    if (differs) this.#leave(this.#left.observed, ...[stored, row, ...pastNow].map(seenIn));
  }

  /** Subtracts everything that a post counted for. */
  remove(stored: PostRow, past: readonly Observation[]): void {
    this.#delta.apply(stored, past, -1);
    this.#trends.add(stored);
    if (!stored.own) return;
    this.#leave(this.#left.activity, activityBucket(stored));
    this.#leaveMinutes(stored);
    this.#leave(this.#left.observed, ...[stored, ...past].map(seenIn));
  }

  /** Prepares the statements' parameters. Nothing may be counted afterwards. */
  async prepare(streamId: number): Promise<PreparedChanges> {
    const rollups = await prepareRollups(streamId, this.#delta, this.#left);
    return { rollups, trends: this.#trends, arrivals: this.arrivals };
  }

  #leaveMinutes(...rows: readonly PostRow[]): void {
    this.#leave(this.#left.minutes, ...rows.filter(hasMinute).map(minuteBucket));
  }

  #leave(left: Set<number>, ...buckets: readonly number[]): void {
    for (const bucket of buckets) left.add(bucket);
  }
}

/** The changes of a transaction apart from the posts themselves, as parameters of statements. */
export type PreparedChanges = {
  readonly rollups: PreparedRollups;
  readonly trends: TrendChanges;
  readonly arrivals: Arrivals;
};

/**
 * Writes the rollups and returns what the caller adds to the stream's own row, by `touch`. The posts must already be
 * written, since some buckets are recounted from them.
 */
export async function saveChanges(
  tx: TransactionSql,
  streamId: number,
  { rollups, trends, arrivals }: PreparedChanges,
): Promise<StreamAdditions> {
  await applyRollups(tx, streamId, rollups, trends);
  return { ...arrivals, sums: sumsOf(rollups) };
}

const seenAt = ({ observedAt }: Observation) => observedAt;
const seenIn = ({ observedAt }: Observation) => observedAt - (observedAt % quarterMs);

/** How a post counts in the rollups; null: not at all. */
const countsAs = (row: PostRow) => (row.own ? row.kind : null);

/**
 * Whether a figure that was once known is unknown now: a post that was in between taken for a repost has lost its own
 * figures.
 */
function forgets(before: readonly Observation[], now: readonly Observation[]): boolean {
  return before.some((seen) => {
    const left = now.find(({ observedAt }) => observedAt === seen.observedAt);
    return left === undefined || metricNames.some((name) => seen[name] !== null && left[name] === null);
  });
}

/** Most posts of a stream that `streams.arrivals` lists. */
export const arrivalsKept = 200;

/** The own posts that a transaction adds to a stream. */
export type Arrivals = {
  readonly arrived: number;
  /** The ids of the newest of them, in order of posting; at most `arrivalsKept`. */
  readonly newest: readonly string[];
};

/** What a transaction that changes posts adds to the stream's own row. */
export type StreamAdditions = Arrivals & { readonly sums: StreamSums };

/** For a transaction that changes posts and adds none. */
export const noAdditions: StreamAdditions = { arrived: 0, newest: [], sums: noSums };

type Arrival = Pick<PostRow, 'postId' | 'createdAt'>;
const byTime = (a: Arrival, b: Arrival) => a.createdAt - b.createdAt || (a.postId < b.postId ? -1 : 1);
const newest = (arrivals: Arrival[]): Arrival[] => arrivals.sort(byTime).slice(-arrivalsKept);

import type { TransactionSql } from 'postgres';
import { activityBucket, minuteBucket } from '../../shared/activity-bucket.ts';
import { metricNames } from '../../shared/metrics.ts';
import { quarterMs } from '../../shared/instant.ts';
import { TrendChanges } from '../folding/changes.ts';
import { hasMinute, RollupDelta } from './contributions.ts';
import type { Merged, Observation } from './merge.ts';
import { applyRollups, type PreparedRollups, prepareRollups } from './rollups.ts';
import type { PostRow } from './row.ts';

/** What a transaction changes besides the posts themselves: gathered post by post, written once at its end. */
export class StreamChanges {
  readonly #delta = new RollupDelta();
  readonly #trends: TrendChanges;
  /** Buckets that posts and observations have left: subtracting is not enough there. */
  readonly #left = {
    activity: new Set<number>(),
    minutes: new Set<number>(),
    observed: new Set<number>(),
  };

  #arrived = 0;
  /** The newest of those that are new, and some more. */
  #arrivals: Arrival[] = [];

  /** `trends`: the changes of several streams, gathered in one place; default: this stream's own. */
  constructor(trends = new TrendChanges()) {
    this.#trends = trends;
  }

  /** What is added to the rollups. */
  get delta(): RollupDelta {
    return this.#delta;
  }

  /** The own posts that came. */
  get arrivals(): Arrivals {
    return { arrived: this.#arrived, newest: newest(this.#arrivals).map(({ postId }) => postId) };
  }

  /** Counts a post that is new. `past`: its earlier observations. */
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

  /** Takes away what a post counted as before, and adds what it counts as now. `past`: its earlier observations. */
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
      // A measured figure in the place of an estimate: nothing estimated may be left.
      stored.impressionsEstimated !== row.impressionsEstimated;
    const differs = countsAs(stored) !== countsAs(row) || forgets([...past, stored], [...pastNow, row]);
    if (moved || differs) this.#leave(this.#left.activity, ...[stored, row].map(activityBucket));
    if (differs || minuteBucket(stored) !== minuteBucket(row)) this.#leaveMinutes(stored, row);
    if (differs) this.#leave(this.#left.observed, ...[stored, row, ...pastNow].map(seenIn));
  }

  /** Takes away all that a post counted as. */
  remove(stored: PostRow, past: readonly Observation[]): void {
    this.#delta.apply(stored, past, -1);
    this.#trends.add(stored);
    if (!stored.own) return;
    this.#leave(this.#left.activity, activityBucket(stored));
    this.#leaveMinutes(stored);
    this.#leave(this.#left.observed, ...[stored, ...past].map(seenIn));
  }

  /** Puts together what `saveChanges` sends; nothing may be counted afterwards. */
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

/** What a transaction changes besides the posts themselves, as the statements take it. */
export type PreparedChanges = {
  readonly rollups: PreparedRollups;
  readonly trends: TrendChanges;
  readonly arrivals: Arrivals;
};

/** Writes the rollups, and returns what arrived. The posts themselves are written by now: some are counted again. */
export async function saveChanges(
  tx: TransactionSql,
  streamId: number,
  { rollups, trends, arrivals }: PreparedChanges,
): Promise<Arrivals> {
  await applyRollups(tx, streamId, rollups, trends);
  return arrivals;
}

const seenAt = ({ observedAt }: Observation) => observedAt;
const seenIn = ({ observedAt }: Observation) => observedAt - (observedAt % quarterMs);

/** Whether a post's figures are in the rollups, and as what. */
const countsAs = (row: PostRow) => (row.own ? row.kind : null);

/** Whether a figure is not known any more that was seen: a post that was taken for a repost in between has lost its own. */
function forgets(before: readonly Observation[], now: readonly Observation[]): boolean {
  return before.some((seen) => {
    const left = now.find(({ observedAt }) => observedAt === seen.observedAt);
    return left === undefined || metricNames.some((name) => seen[name] !== null && left[name] === null);
  });
}

/** How many of a stream's posts `streams.arrivals` names, at most. */
export const arrivalsKept = 200;

/** The own posts that a transaction adds to a stream. */
export type Arrivals = {
  readonly arrived: number;
  /** The ids of the newest of them, in the order in which they were posted; at most `arrivalsKept`. */
  readonly newest: readonly string[];
};

/** Of a transaction that changes posts and adds none. */
export const noArrivals: Arrivals = { arrived: 0, newest: [] };

type Arrival = Pick<PostRow, 'postId' | 'createdAt'>;
const byTime = (a: Arrival, b: Arrival) => a.createdAt - b.createdAt || (a.postId < b.postId ? -1 : 1);
const newest = (arrivals: Arrival[]): Arrival[] => arrivals.sort(byTime).slice(-arrivalsKept);

import { setImmediate } from 'node:timers/promises';
import type { PendingQuery, Row, TransactionSql } from 'postgres';
import { type Measure, measures, minuteMeasures, observedColumns } from '../../db/measures.ts';
import { must } from '../../shared/errors.ts';
import { dayMs, toDay, toIso } from '../../shared/instant.ts';
import { floorMonth } from '../../shared/month.ts';
import type { TrendChanges } from '../folding/changes.ts';
import { type ChangedDay, changedDaysOf, dropChatterDays } from '../folding/chatters.ts';
import { dropMonths } from '../folding/months.ts';
import type { ActivityDelta, ObservedDelta, RollupDelta } from './contributions.ts';
import { recountUnclear } from './recount-unclear.ts';
import {
  addTallyTotals,
  copyTallyMonths,
  insertTallyMonths,
  type TallyMonths,
  tallyMonths,
  type TallyTotals,
  tallyTotals,
} from './tallies.ts';
import { type Column, Upsert } from './upsert.ts';

/** Quarter-hours and minutes that posts or observations have left: `recountUnclear` completes the subtraction. */
type LeftBuckets = {
  readonly activity: ReadonlySet<number>;
  readonly minutes: ReadonlySet<number>;
  readonly observed: ReadonlySet<number>;
};

/** A batch's changes to a stream's rollups, as parameters of statements. */
export type PreparedRollups = {
  readonly months: TallyMonths;
  readonly totals: TallyTotals;
  readonly activity: Upsert;
  readonly minutes: Upsert;
  readonly observed: Upsert;
  readonly measured: RollupDelta['measured'];
  /** UTC months whose quarter-hours change. */
  readonly changedMonths: readonly string[];
  /** UTC days whose messages change. */
  readonly changedDays: readonly ChangedDay[];
  readonly left: LeftBuckets;
};

/** Prepares the statements one part at a time, so that the store can do other work meanwhile. */
export async function prepareRollups(
  streamId: number,
  delta: RollupDelta,
  left: LeftBuckets,
): Promise<PreparedRollups> {
  const totals = await tallyTotals(delta);
  await setImmediate();
  const activity = new Upsert('activity', columnsOfActivity([...delta.activity]));
  await setImmediate();
  return {
    months: await tallyMonths(streamId, delta.tallies),
    totals,
    activity,
    minutes: new Upsert('activity_minutes', columnsOfMinutes([...delta.minutes])),
    observed: new Upsert('observed_activity', columnsOfObserved([...delta.observed])),
    measured: delta.measured,
    changedMonths: monthsOf([...delta.activity.keys(), ...left.activity]),
    changedDays: changedDaysOf(streamId, delta.minutes.keys()),
    left,
  };
}

/**
 * Adds a batch's changes to the stream's rollups, and marks the trends that change. The caller holds the stream's row
 * lock, so nobody else changes them meanwhile.
 */
export async function applyRollups(
  tx: TransactionSql,
  streamId: number,
  { months, totals, activity, minutes, observed, changedMonths, changedDays, left }: PreparedRollups,
  trends: TrendChanges,
): Promise<void> {
  // Sent together: one round trip for all makes small batches faster.
  await Promise.all([
    insertTallyMonths(tx, months),
    addTallyTotals(tx, streamId, totals),
    activity.run(tx, streamId),
    minutes.run(tx, streamId),
    dropMonths(tx, streamId, changedMonths),
    dropChatterDays(tx, changedDays),
    observed.run(tx, streamId),
    trends.save(tx),
  ]);
  await copyTallyMonths(tx, months);
  await recountUnclear(tx, 'activity', streamId, [...left.activity]);
  await recountUnclear(tx, 'activity_minutes', streamId, [...left.minutes]);
  await recountUnclear(tx, 'observed_activity', streamId, [...left.observed]);
}

/** The UTC months of some buckets of `activity`. Day buckets are included needlessly but harmlessly. */
export const monthsOf = (buckets: readonly number[]): readonly string[] =>
  [
    ...new Set(
      [...new Set(buckets.map((bucket) => Math.floor(bucket / dayMs)))].map((day) => floorMonth(day * dayMs)),
    ),
  ].map(toDay);

/** What a transaction adds to sums in the stream's own row. */
export type StreamSums = RollupDelta['measured'] & {
  /** Values added to `tally_months`, to be folded. */
  readonly unfolded: number;
};

/** For a transaction that adds to none of them. */
export const noSums: StreamSums = { posts: 0, impressions: 0, reactions: 0, unfolded: 0 };

/** What a batch adds to the stream's own row, which `touch` updates once for everything. */
export const sumsOf = ({ measured, months }: PreparedRollups): StreamSums => ({
  ...measured,
  unfolded: months.values,
});

/** The assignments that add to sums in the stream's own row. */
export const addedSums = (
  tx: TransactionSql,
  { posts, impressions, reactions, unfolded }: StreamSums,
): PendingQuery<Row[]> => tx`
  measured_posts = measured_posts + ${posts}, measured_impressions = measured_impressions + ${impressions},
  measured_reactions = measured_reactions + ${reactions}, unfolded = unfolded + ${unfolded}`;

/** Adds to the stream's own row in a transaction that touches it without additions. */
export async function addSums(tx: TransactionSql, streamId: number, sums: StreamSums): Promise<void> {
  await tx`update streams set ${addedSums(tx, sums)} where stream_id = ${streamId}`;
}

type ActivityRow = readonly [bucket: number, delta: ActivityDelta];

/** Quarter-hours as columns of `activity`, without the stream. */
export const columnsOfActivity = (rows: readonly ActivityRow[]): readonly Column[] =>
  columnsOf(rows, measures);

/** Minutes as columns of `activity_minutes`, without the stream. */
export const columnsOfMinutes = (rows: readonly ActivityRow[]): readonly Column[] =>
  columnsOf(rows, minuteMeasures);

const places = new Map(measures.map((measure, at) => [measure, at]));

const columnsOf = (rows: readonly ActivityRow[], some: readonly Measure[]): readonly Column[] => [
  ['bucket', 'timestamptz', 'key', rows.map(([bucket]) => toIso(bucket))],
  ...some.map((measure): Column => {
    const { column, role } = measure;
    const at = must(places.get(measure), 'each is one of all');
    return [column, 'bigint', role, rows.map(([, row]) => row[at] ?? null)];
  }),
];

/** Quarter-hours as columns of `observed_activity`, without the stream. */
export const columnsOfObserved = (rows: readonly (readonly [number, ObservedDelta])[]): readonly Column[] => [
  ['bucket', 'timestamptz', 'key', rows.map(([bucket]) => toIso(bucket))],
  ['posts', 'bigint', 'count', rows.map(([, row]) => row.posts)],
  ...observedColumns.map(
    (name, at): Column => [name, 'bigint', 'sum', rows.map(([, row]) => row.sums[at] ?? null)],
  ),
];

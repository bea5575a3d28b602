import { type SQL, sql } from 'drizzle-orm';
import {
  type CalendarInterval,
  type ClockInterval,
  floorLocal,
  type Interval,
  isCalendar,
  isFine,
  isOfMonths,
} from '../../shared/bucket.ts';
import { type ByKey, inOrder } from '../../shared/series.ts';
import { groupSums, type Measure, noSums, type Sums } from '../../shared/sums.ts';
import { dayBucketShiftMs } from '../../shared/activity-bucket.ts';
import { daySpans } from '../../shared/day-range.ts';
import { isUtc, type LocalMs, type OffsetSpan, offsetSpans } from '../../shared/zone.ts';
import type { Database } from '../../db/client.ts';
import { measureColumns, measures, minuteAsActivity } from '../../db/measures.ts';
import { bucketKey, fewPosts, localTime, msOf, ownPosts, slotOfWeek, spanRows } from './local-time.ts';
import { columnsInAnyScope, columnsOfAll, columnSums, sumsOf } from './measures.ts';
import {
  cutByMonths,
  packedIn,
  PackedMonths,
  packedSelect,
  unpackedOf,
  wholeMonthsOf,
} from './packed-months.ts';
import { packedSums } from './packed-sums.ts';
import { planOfActivity } from './plan.ts';
import { type Grouping, namesOf, readActivity } from './read-activity.ts';
import { readSums } from './read-sums.ts';
import {
  ceilMinute,
  ceilQuarter,
  cutAt,
  floorMinute,
  floorQuarter,
  type Span,
  type StatsScope,
  widen,
} from './scope.ts';

/** A day of the zone with a post. */
type Day = { readonly day: LocalMs };
/** An hour of the week, 0 for Monday at midnight to 167 for Sunday at eleven, over all weeks. */
type Slot = { readonly slot: number };
/** The instant at which an hour or a minute begins. */
type Clock = { readonly key: number };

const group = readActivity(
  (scope, wanted) => {
    if (scope.span === null && scope.days === null) return null;
    const { whole, days, monthly, hourless, slots } = wanted;
    const months = wholeMonthsOf(scope);
    // The whole is summed from the days: they are few, and the rollup is read once.
    const summed = columnsOfAll(scope, [...days, ...monthly, ...whole]);
    const byDay = sql`with by_day as materialized (
      select ${bucketKey('DAY')} as day, ${columnSums(summed)} from (${restOf(scope, months)}) q group by 1)`;
    const ofDays = sql`select day, ${sumsOf(scope, days, asItStands)} from by_day order by day`;
    // Packed months give no sums by day here, only sums of the month.
    const all = sql`(select ${columnList(summed)} from by_day union all
      select ${columnList(summed)} from ${packedIn(scope, months)})`;
    const ofMonths = sql`select day, ${sumsOf(scope, monthly)} from (
        select ${monthOfDay} as day, ${columnList(summed)} from by_day union all
        select ${msOf(sql`k.month`)} as day, ${columnList(summed)} from ${packedIn(scope, months)}) q
      group by 1 order by 1`;
    const part = (grouping: Grouping, statement: SQL | null) =>
      sql`${statement === null || wanted[grouping].size === 0 ? sql`null::json` : packed(namesOf(grouping, wanted[grouping]), statement)}
        as ${sql.identifier(grouping)}`;
    const listed = [...days, ...slots];
    const lists = columnsOfAll(scope, listed);
    return sql`${planOfActivity(scope)} ${summed.length > 0 ? byDay : sql``}
      select ${part('days', ofDays)}, ${part('monthly', ofMonths)}, ${part('whole', ofAll(scope, whole, all))},
        ${part('hourless', scope.days && ofAll(scope, hourless, sql`(${hourlessOf(scope, scope.days)})`))},
        ${part('slots', scope.span && ofSlots(scope, slots, quartersOf(scope, scope.span, months)))}, m.*
      from (select ${packedSelect(lists, columnsInAnyScope(listed))} from ${packedIn(scope, lists.length > 0 ? months : [])}) m`;
  },
  (scope, wanted, row) => packedSums(scope, wanted, new PackedMonths(row)),
);

/** Returns a statement's columns as lists in one value: row by row this process needs four times as long. */
function packed(names: readonly string[], statement: SQL): SQL {
  const lists = names.map((name) => sql`json_agg(q.${sql.identifier(name)})`);
  return sql`(select json_build_array(${sql.join(lists, sql`, `)}) from (${statement}) q)`;
}

/** The first day of the month of a UTC `day`. */
const monthOfDay = msOf(sql`date_trunc('month', to_timestamp(day / 1000) at time zone 'UTC')`);

const asItStands = (column: string): SQL => sql`${sql.identifier(column)}`;
const columnList = (columns: readonly string[]): SQL => sql.join(columns.map(asItStands), sql`, `);

const ofAll = (scope: StatsScope, measures: ReadonlySet<Measure>, rows: SQL): SQL =>
  sql`select ${sumsOf(scope, measures)} from ${rows} q having count(*) > 0`;

const ofSlots = (scope: StatsScope, measures: ReadonlySet<Measure>, rows: SQL): SQL =>
  sql`select ${slotOfWeek} as slot, ${sumsOf(scope, measures)} from (${rows}) q group by 1`;

/** The scope's days with a post, ascending, with the requested measures. Many stats build on these. */
export const loadDays = group<Day>('days');

/** The UTC months with a post, each by its first day. */
const loadMonths = group<Day>('monthly');

/**
 * Sums by day or by month, whichever is coarser and makes up the interval's steps; each by its first day, ascending.
 */
export const loadSteps = <M extends Measure>(
  db: Database,
  scope: StatsScope,
  interval: CalendarInterval,
  measures: readonly M[],
): Promise<readonly (Day & Pick<Sums, M>)[]> =>
  (isOfMonths(interval) && isUtc(scope.zone) ? loadMonths : loadDays)(db, scope, measures);

/** The scope's hours of the week with a post; posts of which only the day is known are in none. */
export const loadSlots = group<Slot>('slots');

const loadWhole = group<object>('whole');

const loadHourless = group<object>('hourless');

/** Counts the scope's posts of which only the day is known. */
export async function countHourUnknown(db: Database, scope: StatsScope): Promise<number> {
  const [sums] = await loadHourless(db, scope, ['posts']);
  return sums?.posts ?? 0;
}

/** Sums over all posts of the scope. */
export async function loadTotal<M extends Measure>(
  db: Database,
  scope: StatsScope,
  measures: readonly M[],
): Promise<Pick<Sums, M>> {
  const [total] = await loadWhole(db, scope, measures);
  return total ?? noSums;
}

/** Sums by hours, minutes or seconds of the clock, by their start; without posts of unknown hour. */
export const loadActivityBy = readSums<Clock, [ClockInterval]>(
  ['key'],
  (scope, measures, interval) =>
    scope.span &&
    sql`select ${bucketKey(interval)} as key, ${sumsOf(scope, measures)}
      from (${activityIn(scope, scope.span, interval)}) q group by 1`,
);

/**
 * Sums of posts of some kinds (names joined by commas). No rollup has likes by kind, so it reads all posts of the span.
 */
export const loadOfKinds = readSums<Clock, [interval: Interval, kinds: string]>(
  ['key'],
  (scope, measures, interval, kinds) => {
    const parts = [
      ...(scope.span === null
        ? []
        : [ownPosts(scope, offsetSpans(scope.zone, scope.span.from, scope.span.to))]),
      ...(scope.days === null || !isCalendar(interval)
        ? []
        : [ownPosts(scope, daySpans(scope.zone, scope.days.from, scope.days.to), true)]),
    ].map((from) => sql`${rowsOfPosts(from)} where p.kind = any(${`{${kinds}}`}::post_kind[])`);
    if (parts.length === 0) return null;
    return sql`select ${bucketKey(interval)} as key, ${sumsOf(scope, measures)}
      from (${together({ whole: parts, ragged: [] })}) q group by 1`;
  },
);

/** Sums by any interval, by the key of its buckets, to be asked for in ascending order; what has no posts is not in it. */
export async function loadSums<M extends Measure>(
  db: Database,
  scope: StatsScope,
  interval: Interval,
  measures: readonly M[],
): Promise<ByKey<Pick<Sums, M>>> {
  if (!isCalendar(interval)) return byClock(await loadActivityBy(db, scope, measures, interval));
  const steps = await loadSteps(db, scope, interval, measures);
  if (interval === 'DAY') return inOrder(steps, ({ day }) => day);
  return groupSums(steps, measures, ({ day }) => floorLocal(day, interval));
}

/** Sums by their key. */
export const byClock = <Row extends Clock>(rows: readonly Row[]): ReadonlyMap<number, Row> =>
  new Map(rows.map((row) => [row.key, row]));

/**
 * Rows of activity that are fine enough for the interval. For seconds these are the posts themselves, and for minutes
 * too when the stream has no minute rollup.
 */
export function activityIn(scope: StatsScope, span: Span, interval: Interval): SQL {
  if (interval === 'MINUTE' && scope.keepsMinutes) return minutesOf(scope, span);
  return isFine(interval)
    ? postRows(scope, offsetSpans(scope.zone, span.from, span.to))
    : quartersOf(scope, span);
}

/**
 * The scope's activity as rows of `activity` with their local time. Of `months` only those that are not in
 * `activity_months`.
 */
function quartersOf(scope: StatsScope, span: Span, months: readonly number[] = []): SQL {
  return together(quarterParts(scope, span, { months }));
}

/** Like `quartersOf`, with the posts of which only the day is known, at the local start of their day. */
function restOf(scope: StatsScope, months: readonly number[]): SQL {
  const days = scope.days === null ? [] : daySpans(scope.zone, scope.days.from, scope.days.to);
  const dayBuckets = days.map(inDayBuckets);
  return together(quarterParts(scope, scope.span ?? { from: 0, to: 0 }, { months, dayBuckets }));
}

/** The posts of which only the day is known, as rows of `activity`. */
const hourlessOf = (scope: StatsScope, days: Span): SQL =>
  rollupRows(scope, daySpans(scope.zone, days.from, days.to).map(inDayBuckets));

/** The place of a day's posts in the rollup. */
const inDayBuckets = ({ from, to, offsetMs, ...span }: OffsetSpan): OffsetSpan => ({
  ...span,
  from: from - dayBucketShiftMs,
  to: to - dayBucketShiftMs,
  offsetMs: offsetMs + dayBucketShiftMs,
});

/** Rows of `activity` in parts, at least one in all. */
type Parts = { readonly whole: readonly SQL[]; readonly ragged: readonly SQL[] };

const together = ({ whole, ragged }: Parts): SQL => sql.join([...whole, ...ragged], sql` union all `);

/** Further rows to read with the quarter-hours of a span. */
type Beside = {
  /** Whole months; only those that are not in `activity_months` are read here. */
  readonly months?: readonly number[];
  readonly dayBuckets?: readonly OffsetSpan[];
};

/**
 * The activity of a non-empty span: whole quarter-hours from the rollup, and posts for partial ones, when the range
 * starts or ends within a quarter-hour, or clocks changed within one (at 00:01 in St. John's until 2011, in Casey from
 * 2020 to 2022).
 */
export function quarterParts(
  scope: StatsScope,
  span: Span,
  { months = [], dayBuckets = [] }: Beside = {},
): Parts {
  const wide = widen(span, scope.range, floorQuarter, ceilQuarter);
  const { inside, outside } = cutByMonths(wide, months);
  const spansOf = (spans: readonly Span[]) =>
    spans.flatMap(({ from, to }) => offsetSpans(scope.zone, from, to));
  const { whole, ragged } = cutSpans(spansOf(outside), ceilQuarter, floorQuarter);
  const summed = [...whole, ...dayBuckets];
  return {
    whole: [
      ...(summed.length > 0 ? [rollupRows(scope, summed)] : []),
      ...(inside.length > 0 ? [unpackedRows(scope, spansOf(inside), months)] : []),
    ],
    ragged: ragged.length > 0 ? [rowsOfPosts(fewPosts(scope, ragged))] : [],
  };
}

/** Cuts spans into whole steps of a rollup and the rest. */
function cutSpans(
  spans: readonly OffsetSpan[],
  ceil: (at: number) => number,
  floor: (at: number) => number,
): { readonly whole: readonly OffsetSpan[]; readonly ragged: readonly OffsetSpan[] } {
  const cuts = spans.map((offset) => ({ offset, ...cutAt(offset, ceil, floor) }));
  return {
    whole: cuts.flatMap((cut) => (cut.whole === null ? [] : [{ ...cut.offset, ...cut.whole }])),
    ragged: cuts.flatMap((cut) => cut.ragged.map((piece) => ({ ...cut.offset, ...piece }))),
  };
}

/** The minutes of a span as rows of `activity`, and messages when it starts or ends within a minute. */
function minutesOf(scope: StatsScope, span: Span): SQL {
  const { from, to } = widen(span, scope.range, floorMinute, ceilMinute);
  const { whole, ragged } = cutSpans(offsetSpans(scope.zone, from, to), ceilMinute, floorMinute);
  const minutes = sql`select ${localTime(sql`a.bucket`)}, ${sql.raw(minuteAsActivity)}
    from ${spanRows(whole)} s
    join activity_minutes a on a.stream_id = ${scope.streamId} and a.bucket >= s.from_at and a.bucket < s.to_at`;
  return together({
    whole: whole.length > 0 ? [minutes] : [],
    ragged: ragged.length > 0 ? [rowsOfPosts(fewPosts(scope, ragged))] : [],
  });
}

const activityColumns = sql.raw(measureColumns.map((column) => `a.${column}`).join(', '));

/** Rows of the rollup: a range of its primary key (stream_id, bucket) for each span. */
function rollupRows(scope: StatsScope, spans: readonly OffsetSpan[]): SQL {
  return sql`select ${localTime(sql`a.bucket`)}, ${activityColumns}
    from ${spanRows(spans)} s
    join activity a on a.stream_id = ${scope.streamId} and a.bucket >= s.from_at and a.bucket < s.to_at`;
}

/** Rows of the rollup in months that are not in `activity_months`. The fence makes each month a range of the key. */
function unpackedRows(scope: StatsScope, spans: readonly OffsetSpan[], months: readonly number[]): SQL {
  return sql`select ${localTime(sql`a.bucket`)}, ${activityColumns}
    from ${unpackedOf(scope, months)} m join ${spanRows(spans)} s on s.from_at < m.to_at and s.to_at > m.from_at
    cross join lateral (select * from activity a where a.stream_id = ${scope.streamId}
      and a.bucket >= greatest(s.from_at, m.from_at) and a.bucket < least(s.to_at, m.to_at) offset 0) a`;
}

/** The posts of some spans as rows of `activity`, one each. Served by posts_created. */
function postRows(scope: StatsScope, spans: readonly OffsetSpan[]): SQL {
  return rowsOfPosts(ownPosts(scope, spans));
}

/** Formats a selection of `ownPosts` as rows of `activity`. */
function rowsOfPosts(from: SQL): SQL {
  return sql`select ${localTime(sql`p.created_at`)},
    ${sql.raw(measures.map((measure) => `${measure.sql} as ${measure.column}`).join(', '))}
  from ${from}`;
}

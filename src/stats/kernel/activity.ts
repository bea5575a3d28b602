import { type SQL, sql } from 'drizzle-orm';
import { type ClockInterval, floorLocal, type Interval, isCalendar, isFine } from '../../shared/bucket.ts';
import { groupSums, type Measure, noSums, type Sums } from '../../shared/sums.ts';
import { dayBucketShiftMs } from '../../shared/activity-bucket.ts';
import { daySpans } from '../../shared/day-range.ts';
import { type LocalMs, type OffsetSpan, offsetSpans } from '../../shared/zone.ts';
import type { Database } from '../../db/client.ts';
import { measureColumns, measures } from '../../db/measures.ts';
import { bucketKey, fewPosts, localTime, ownPosts, slotOfWeek, spanRows } from './local-time.ts';
import { columnSums, sumsOf } from './measures.ts';
import { type Grouping, namesOf, readActivity } from './read-activity.ts';
import { readSums } from './read-sums.ts';
import { ceilQuarter, cutAt, floorQuarter, type Span, type StatsScope } from './scope.ts';

/** A day of the zone with a post. */
type Day = { readonly day: LocalMs };
/** An hour of the week, 0 for Monday at midnight to 167 for Sunday at eleven, over all weeks. */
type Slot = { readonly slot: number };
/** The instant at which an hour or a minute begins. */
type Clock = { readonly key: number };

const group = readActivity((scope, wanted) => {
  if (scope.span === null && scope.days === null) return null;
  const { whole, days, hourless } = wanted;
  // The days give the whole as well: they are few, and the rollup is read once.
  const byDay = sql`with by_day as materialized (
    select ${bucketKey('DAY')} as day, ${columnSums(scope, new Set([...days, ...whole]))}
    from (${allOf(scope)}) q group by 1)`;
  const part = (grouping: Grouping, statement: SQL | null) =>
    sql`${statement === null ? sql`null::json` : packed(namesOf(grouping, wanted[grouping]), statement)}
      as ${sql.identifier(grouping)}`;
  return sql`${days.size > 0 ? byDay : sql``}
    select ${part('days', days.size > 0 ? ofDays(scope, days) : null)},
      ${part('whole', whole.size > 0 ? ofAll(scope, whole, days.size > 0 ? sql`by_day` : sql`(${allOf(scope)})`) : null)},
      ${part('hourless', hourless.size > 0 && scope.days !== null ? ofAll(scope, hourless, sql`(${hourlessOf(scope, scope.days)})`) : null)}`;
});

/** A list for each column of a statement, as one value: row by row they take this process four times as long. */
function packed(names: readonly string[], statement: SQL): SQL {
  const lists = names.map((name) => sql`json_agg(q.${sql.identifier(name)})`);
  return sql`(select json_build_array(${sql.join(lists, sql`, `)}) from (${statement}) q)`;
}

const ofDays = (scope: StatsScope, measures: ReadonlySet<Measure>): SQL =>
  sql`select day, ${sumsOf(scope, measures, (column) => sql`${sql.identifier(column)}`)} from by_day order by day`;

const ofAll = (scope: StatsScope, measures: ReadonlySet<Measure>, rows: SQL): SQL =>
  sql`select ${sumsOf(scope, measures)} from ${rows} q having count(*) > 0`;

/** The scope's days with a post, ascending, with the measures asked for. Many stats stand on these. */
export const loadDays = group<Day>('days');

/**
 * The scope's hours of the week with a post; posts of which only the day is known are in none. A statement of its own: it reads
 * the rollup once more, while another backend adds up the days.
 */
export const loadSlots = readSums<Slot>(
  ['slot'],
  (scope, measures) =>
    scope.span &&
    sql`select ${slotOfWeek} as slot, ${sumsOf(scope, measures)} from (${quartersOf(scope, scope.span)}) q group by 1`,
);

const loadWhole = group<object>('whole');

const loadHourless = group<object>('hourless');

/** How many of the scope's posts are known by their day only. */
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

/** Sums by the clock's own hours, minutes or seconds, by the instant at which each begins; without posts of unknown hour. */
export const loadActivityBy = readSums<Clock, [ClockInterval]>(
  ['key'],
  (scope, measures, interval) =>
    scope.span &&
    sql`select ${bucketKey(interval)} as key, ${sumsOf(scope, measures)}
      from (${activityIn(scope, scope.span, interval)}) q group by 1`,
);

/**
 * The same sums of the posts of some kinds (their names, joined by commas): no rollup tells likes by kind, so it reads all
 * posts of the span.
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

/** Sums by any interval, by the key of its buckets; what has no posts is not in it. */
export async function loadSums<M extends Measure>(
  db: Database,
  scope: StatsScope,
  interval: Interval,
  measures: readonly M[],
): Promise<ReadonlyMap<number, Pick<Sums, M>>> {
  if (!isCalendar(interval)) return byClock(await loadActivityBy(db, scope, measures, interval));
  const days = await loadDays(db, scope, measures);
  if (interval === 'DAY') return new Map(days.map((sums) => [sums.day, sums]));
  return groupSums(days, measures, ({ day }) => floorLocal(day, interval));
}

/** Sums by their key. */
export const byClock = <Row extends Clock>(rows: readonly Row[]): ReadonlyMap<number, Row> =>
  new Map(rows.map((row) => [row.key, row]));

/** Rows of activity fine enough for the interval: a minute's and a second's are the posts themselves. */
export function activityIn(scope: StatsScope, span: Span, interval: Interval): SQL {
  return isFine(interval)
    ? postRows(scope, offsetSpans(scope.zone, span.from, span.to))
    : quartersOf(scope, span);
}

/** The scope's activity as rows of `activity` with the local time they stand at. */
function quartersOf(scope: StatsScope, span: Span): SQL {
  return together(quarterParts(scope, span));
}

/** The same, and the posts of which only the day is known, which stand at the local start of their day. */
function allOf(scope: StatsScope): SQL {
  const days = scope.days === null ? [] : daySpans(scope.zone, scope.days.from, scope.days.to);
  return together(quarterParts(scope, scope.span ?? { from: 0, to: 0 }, days.map(inDayBuckets)));
}

/** The posts of which only the day is known, as rows of `activity`. */
const hourlessOf = (scope: StatsScope, days: Span): SQL =>
  rollupRows(scope, daySpans(scope.zone, days.from, days.to).map(inDayBuckets));

/** Where the rollup has the posts of some days. */
const inDayBuckets = ({ from, to, offsetMs, ...span }: OffsetSpan): OffsetSpan => ({
  ...span,
  from: from - dayBucketShiftMs,
  to: to - dayBucketShiftMs,
  offsetMs: offsetMs + dayBucketShiftMs,
});

/** Rows of `activity` in two parts, at most one of each. */
type Parts = { readonly whole: readonly SQL[]; readonly ragged: readonly SQL[] };

const together = ({ whole, ragged }: Parts): SQL => sql.join([...whole, ...ragged], sql` union all `);

/**
 * The activity of a span that holds an instant at least: whole quarter-hours from the rollup, and the posts themselves
 * where the range begins or ends within one, or clocks were set within one (at 00:01 in St. John's until 2011, in
 * Casey in 2020 to 2022).
 */
export function quarterParts(scope: StatsScope, span: Span, dayBuckets: readonly OffsetSpan[] = []): Parts {
  const cuts = offsetSpans(scope.zone, span.from, span.to).map((offset) => ({
    offset,
    ...cutAt(offset, ceilQuarter, floorQuarter),
  }));
  const whole = cuts.flatMap((cut) => (cut.whole === null ? [] : [{ ...cut.offset, ...cut.whole }]));
  const summed = [...whole, ...dayBuckets];
  const ragged = cuts.flatMap((cut) => cut.ragged.map((piece) => ({ ...cut.offset, ...piece })));
  return {
    whole: summed.length > 0 ? [rollupRows(scope, summed)] : [],
    ragged: ragged.length > 0 ? [rowsOfPosts(fewPosts(scope, ragged))] : [],
  };
}

/** Rows of the rollup: a range of its primary key (stream_id, bucket) for each span. */
function rollupRows(scope: StatsScope, spans: readonly OffsetSpan[]): SQL {
  return sql`select ${localTime(sql`a.bucket`)},
      ${sql.raw(measureColumns.map((column) => `a.${column}`).join(', '))}
    from ${spanRows(spans)} s
    join activity a on a.stream_id = ${scope.streamId} and a.bucket >= s.from_at and a.bucket < s.to_at`;
}

/** The posts of some spans as rows of `activity`: one each. Served by posts_created. */
function postRows(scope: StatsScope, spans: readonly OffsetSpan[]): SQL {
  return rowsOfPosts(ownPosts(scope, spans));
}

/** What `ownPosts` selects, as rows of `activity`. */
function rowsOfPosts(from: SQL): SQL {
  return sql`select ${localTime(sql`p.created_at`)},
    ${sql.raw(measures.map((measure) => `${measure.sql} as ${measure.column}`).join(', '))}
  from ${from}`;
}

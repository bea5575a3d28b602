import { type SQL, sql } from 'drizzle-orm';
import { type Interval, isCalendar } from '../../shared/bucket.ts';
import type { OffsetSpan } from '../../shared/zone.ts';
import type { StatsScope } from './scope.ts';

/** A zone's spans as rows: from_at, to_at, since (milliseconds), shift (what clocks are ahead of UTC). */
export function spanRows(spans: readonly OffsetSpan[]): SQL {
  const column = (values: readonly string[]) => sql`${textArray(values)}::text[]`;
  return sql`(select from_at::timestamptz, to_at::timestamptz, since::float8, make_interval(secs => shift::float8) as shift
    from unnest(${column(spans.map((span) => toIso(span.from)))}, ${column(spans.map((span) => toIso(span.to)))},
      ${column(spans.map((span) => String(span.since)))}, ${column(spans.map((span) => String(span.offsetMs / 1000)))})
      as t (from_at, to_at, since, shift))`;
}

/** The columns local, since and shift of an instant that is joined to `spanRows` as `s`. */
export function localTime(instant: SQL): SQL {
  return sql`(${instant} at time zone 'UTC') + s.shift as local, s.since, s.shift`;
}

/** The stream's own posts `p` in some spans `s`. Served by posts_created, a range of it for each span. */
export function ownPosts(scope: StatsScope, spans: readonly OffsetSpan[]): SQL {
  return sql`${spanRows(spans)} s join posts p
    on p.stream_id = ${scope.streamId} and p.own and p.created_at >= s.from_at and p.created_at < s.to_at`;
}

/** The key of `bucketsOf` for a row with `localTime`. */
export function bucketKey(interval: Interval): SQL {
  const floor = sql`date_trunc(${sql.raw(`'${interval.toLowerCase()}'`)}, local)`;
  // Clocks that were set within an hour begin another one.
  return isCalendar(interval) ? msOf(floor) : sql`greatest(${msOf(sql`${floor} - shift`)}, since)`;
}

/** The hour of the week of a row with `localTime`: 0 for Monday at midnight, 167 for Sunday at eleven. */
export const slotOfWeek = sql`((extract(isodow from local) - 1) * 24 + extract(hour from local))::int`;

/** Milliseconds of an expression for a time. */
export const msOf = (expression: SQL): SQL => sql`(extract(epoch from ${expression}) * 1000)::float8`;

/** Drizzle takes an array for a list of parameters; this sends it as one. */
export function textArray(values: readonly string[]): SQL {
  return sql`${sql.param(`{${values.map((value) => `"${value.replace(/["\\]/g, '\\$&')}"`).join(',')}}`)}`;
}

export const toIso = (at: number): string => new Date(at).toISOString();

import { arrayOf } from '../../db/array.ts';
import { type SQL, sql } from 'drizzle-orm';
import { clockStep, type Interval, isCalendar } from '../../shared/bucket.ts';
import { toIso } from '../../shared/instant.ts';
import type { OffsetSpan } from '../../shared/zone.ts';
import type { StatsScope } from './scope.ts';

/** A zone's spans as rows: from_at, to_at, since (milliseconds), shift (seconds that clocks are ahead of UTC). */
export function spanRows(spans: readonly OffsetSpan[]): SQL {
  // Whole arrays are cast: a cast of a column would be repeated for each row that the spans are joined to.
  const instants = (values: readonly number[]) => sql`${arrayOf(values.map(toIso))}::text[]::timestamptz[]`;
  const numbers = (values: readonly number[]) => sql`${arrayOf(values)}::text[]::float8[]`;
  const [from, to] = [spans.map((span) => span.from), spans.map((span) => span.to)];
  const [since, shift] = [spans.map((span) => span.since), spans.map((span) => span.offsetMs / 1000)];
  return sql`(select from_at, to_at, since, shift
    from unnest(${instants(from)}, ${instants(to)}, ${numbers(since)}, ${numbers(shift)})
      as t (from_at, to_at, since, shift))`;
}

/**
 * The columns local, since and shift for an instant that is joined to `spanRows` as `s`. Local time is in seconds: over
 * 180,000 rows, arithmetic on numbers takes 0.4 of the time of timestamps and intervals.
 */
export function localTime(instant: SQL): SQL {
  return sql`date_part('epoch', ${instant}) + s.shift as local, s.since, s.shift`;
}

/**
 * The stream's own posts `p` in some spans `s`: those with a known hour, or those of which only the day is known.
 * Served by posts_created, one range for each span.
 */
export function ownPosts(scope: StatsScope, spans: readonly OffsetSpan[], hourUnknown = false): SQL {
  return sql`${spanRows(spans)} s join posts p
    on p.stream_id = ${scope.streamId} and p.own and ${hourUnknown ? sql`` : sql`not`} p.hour_unknown
      and p.created_at >= s.from_at and p.created_at < s.to_at`;
}

/**
 * The posts of some short spans, like `ownPosts`. The fence makes each span a range of the index: Postgres does not
 * know that the spans are short, and would read all posts of a stream of 10,000.
 */
export function fewPosts(scope: StatsScope, spans: readonly OffsetSpan[]): SQL {
  return sql`${spanRows(spans)} s cross join lateral (select * from posts p
    where p.stream_id = ${scope.streamId} and p.own and not p.hour_unknown
      and p.created_at >= s.from_at and p.created_at < s.to_at offset 0) p`;
}

/** The bucket's key, as in `bucketsOf`, for a row with `localTime`. */
export function bucketKey(interval: Interval): SQL {
  if (!isCalendar(interval)) {
    const step = sql.raw(String(clockStep(interval) / 1_000));
    // When clocks change within an hour, another hour starts.
    return sql`greatest((floor(local / ${step}) * ${step} - shift) * 1000, since)`;
  }
  if (interval === 'DAY') return sql`floor(local / 86400) * 86400000`;
  return msOf(
    sql`date_trunc(${sql.raw(`'${interval.toLowerCase()}'`)}, to_timestamp(local) at time zone 'UTC')`,
  );
}

/**
 * The hour of the week for a row with `localTime`: 0 for Monday at midnight, 167 for Sunday at eleven. 1 January 1970
 * was a Thursday; ten thousand weeks are added to avoid a negative remainder.
 */
export const slotOfWeek = sql`(floor(local / 3600)::int + 72 + 1680000) % 168`;

/** A time expression as milliseconds. */
export const msOf = (expression: SQL): SQL => sql`(extract(epoch from ${expression}) * 1000)::float8`;

/**
 * A time expression, which has microseconds, as whole milliseconds, in a fifth of the time of `msOf`, whose numbers are
 * decimal. The addend corrects the inexact seconds.
 */
export const wholeMsOf = (expression: SQL): SQL =>
  sql`floor(date_part('epoch', ${expression}) * 1000 + 0.0005)`;

/** A range end for larkstat's own observations: Postgres has no year 0, and nothing was observed before 1970. */
export const sinceEpoch = (instant: number): string => toIso(Math.max(instant, 0));

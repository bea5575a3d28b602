import { type SQL, sql } from 'drizzle-orm';
import { arrayOf } from '../../db/array.ts';
import type { Range } from '../../shared/range.ts';
import { offsetSpans } from '../../shared/zone.ts';

/** Hours and weekdays of posts by the clocks of a zone. Null: any hour, any day. */
export type ClockConditions = {
  readonly zone: string;
  /** 0 to 23. */
  readonly hours: readonly number[] | null;
  /** 1 Monday to 7 Sunday. */
  readonly weekdays: readonly number[] | null;
};

/** All posts of all platforms are in this range. */
const [earliest, latest] = [Date.UTC(2000, 0, 1), Date.UTC(2101, 0, 1)];

/**
 * Conditions that a post `p` was posted in some hours or on some weekdays, as `Stats.byHourOfWeek` counts it. They
 * use the same offsets as stats, since Postgres may know other rules of a zone. Posts of which only the day is known
 * are in no hour.
 */
export function atClock({ zone, hours, weekdays }: ClockConditions, range: Range): readonly SQL[] {
  if (hours === null && weekdays === null) return [];
  const spans = offsetSpans(
    zone,
    Math.max(range.from ?? earliest, earliest),
    Math.min(range.to ?? latest, latest),
  );
  if (spans.length === 0) return [sql`false`];
  const starts = sql`${arrayOf(spans.map(({ from }) => from / 1_000))}::float8[]`;
  const shifts = sql`${arrayOf(spans.map(({ offsetMs }) => offsetMs / 1_000))}::float8[]`;
  const seconds = sql`date_part('epoch', p.created_at)`;
  // Finds the last span that begins at or before the time of the post, by binary search.
  const local = sql`(${seconds} + (${shifts})[width_bucket(${seconds}, ${starts})])`;
  const day = sql`case when p.hour_unknown then ${seconds} else ${local} end`;
  return [
    ...(hours === null
      ? []
      : [sql`not p.hour_unknown and (floor(${local} / 3600)::bigint % 24) = any(${arrayOf(hours)}::int[])`]),
    // 1 January 1970 was a Thursday.
    ...(weekdays === null
      ? []
      : [sql`((floor((${day}) / 86400)::bigint + 3) % 7 + 1) = any(${arrayOf(weekdays)}::int[])`]),
  ];
}

import { sql } from 'drizzle-orm';
import type { Database } from '../../db/client.ts';
import { type CalendarInterval, type Interval, isCalendar } from '../../shared/bucket.ts';
import { toIso } from '../../shared/instant.ts';
import { toInstant } from '../../shared/zone.ts';
import type { Measure } from '../../shared/sums.ts';
import { loadDays, loadSteps } from './activity.ts';
import { read } from './read.ts';
import { msOf } from './local-time.ts';
import type { Span, StatsScope } from './scope.ts';

/**
 * The span of a series. An open end of the range is replaced by the first or last own post that counts in the interval.
 * Null when an end is open and there is no such post.
 *
 * `measures`: what the caller sums over the span; it is read together with the days.
 */
export async function loadExtent(
  db: Database,
  scope: StatsScope,
  interval: Interval,
  measures: readonly Measure[] = [],
): Promise<Span | null> {
  const { from, to } = scope.range;
  if (from !== null && to !== null) return { from, to };
  const found = isCalendar(interval)
    ? await loadDaySpan(db, scope, interval, measures)
    : await loadPostSpan(db, scope);
  // The day of the last post may start before the range.
  return found && { from: from ?? found.from, to: to ?? Math.max(found.to, (from ?? found.from) + 1) };
}

/** From the start of the first day with a post to the start of the last. */
async function loadDaySpan(
  db: Database,
  scope: StatsScope,
  interval: CalendarInterval,
  measures: readonly Measure[],
): Promise<Span | null> {
  const [days] = await Promise.all([
    loadDays(db, scope, ['posts']),
    measures.length > 0 ? loadSteps(db, scope, interval, measures) : null,
  ]);
  const [first, last] = [days[0], days.at(-1)];
  if (first === undefined || last === undefined) return null;
  return { from: toInstant(scope.zone, first.day), to: toInstant(scope.zone, last.day) + 1 };
}

/**
 * From the first own post with a known hour to just after the last. Reads both ends of posts_created up to such a post.
 */
const loadPostSpan = read(
  (scope) =>
    scope.span &&
    sql`select ${msOf(sql`min(created_at)`)} as first, ${msOf(sql`max(created_at)`)} as last from posts
    where stream_id = ${scope.streamId} and own and not hour_unknown
      and created_at >= ${toIso(scope.span.from)} and created_at < ${toIso(scope.span.to)}`,
  toSpan,
);

/** The span from the first to the last instant; null when there is none. */
export function toSpan([row]: readonly {
  readonly first: number | null;
  readonly last: number | null;
}[]): Span | null {
  return row?.first == null || row.last == null ? null : { from: row.first, to: row.last + 1 };
}

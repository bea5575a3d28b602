import { type SQL, sql } from 'drizzle-orm';
import { arrayOf } from '../../db/array.ts';
import { type Dimension, dayColumnsOf, dayDimensions, usesOf } from '../../db/dimensions.ts';
import { fence } from '../../db/fence.ts';
import { isCounted, isMadeDay } from '../../db/packed-chatters.ts';
import { dayBucketsEnd, dayBucketShift } from '../../shared/activity-bucket.ts';
import { dayMs, toIso } from '../../shared/instant.ts';
import { type Span, type StatsScope, widen } from './scope.ts';

/** Whether the days of a chat tally a dimension. */
export const isDayDimension = (dimension: Dimension): boolean =>
  (dayDimensions as readonly Dimension[]).includes(dimension);

/** A span whose uses are added (1) or taken away (-1). */
type Signed = Span & { readonly sign: 1 | -1 };

type Cut = {
  /** Months whose tallies are summed; null: none. */
  readonly months: Span | null;
  /** UTC days. */
  readonly days: readonly Signed[];
  readonly messages: readonly Signed[];
};

/**
 * The uses of a dimension in a scope of a chat (value, posts, engagement, engaged), in parts: months, days from `chatter_days`, and
 * messages from the nearest day to the end of the range.
 *
 *     range            |--------------------------------------------|
 *     months        |================|                |================|
 *     days          |--|                                            |--|
 *     messages        |+|                                          |-|
 *
 * Days without a row are read from the messages, too. Messages of which only the day is known are in no row. Their time is
 * the start of the day, and `activity` has these days.
 */
export function partsByDay(
  scope: StatsScope,
  dimension: Dimension,
  nearest: Span | null,
): { readonly months: Span | null; readonly parts: readonly SQL[] } {
  const { months, ...ends } = cut(scope, nearest);
  const hourless = scope.days === null ? [] : between(scope.days, months);
  const parts: SQL[] = [];
  if (ends.days.length + ends.messages.length > 0) parts.push(usesIn(scope, dimension, ends));
  if (hourless.length > 0) parts.push(usesOfHourless(scope, dimension, hourless));
  return { months, parts };
}

const floorDay = (at: number) => Math.floor(at / dayMs) * dayMs;
const ceilDay = (at: number) => Math.ceil(at / dayMs) * dayMs;
const nearestDay = (at: number) => Math.round(at / dayMs) * dayMs;

function cut({ span, range }: StatsScope, nearest: Span | null): Cut {
  if (span === null) return { months: nearest, days: [], messages: [] };
  const wide = widen(span, range, floorDay, ceilDay);
  const [from, to] = [nearestDay(wide.from), nearestDay(wide.to)];
  const messages = between(wide, { from, to });
  if (from >= to || lengthOf(messages) >= wide.to - wide.from)
    return { months: null, days: [], messages: [{ ...span, sign: 1 }] };
  const beside = between({ from, to }, nearest);
  if (nearest === null || lengthOf(beside) >= to - from)
    return { months: null, days: between({ from, to }, null), messages };
  return { months: nearest, days: beside, messages };
}

const lengthOf = (spans: readonly Span[]) => spans.reduce((sum, { from, to }) => sum + to - from, 0);

/** What a span has more (1) or less (-1) than another. */
function between(span: Span, other: Span | null): readonly Signed[] {
  if (other === null) return [{ ...span, sign: 1 }];
  const ends: readonly Signed[] = [
    { from: span.from, to: Math.min(other.from, span.to), sign: 1 },
    { from: other.from, to: Math.min(span.from, other.to), sign: -1 },
    { from: Math.max(other.to, span.from), to: span.to, sign: 1 },
    { from: Math.max(span.to, other.from), to: other.to, sign: -1 },
  ];
  return ends.filter(({ from, to }) => from < to);
}

/** Spans as rows: from_at, to_at, sign. */
const rowsOf = (spans: readonly Signed[]): SQL =>
  sql`unnest(${arrayOf(spans.map(({ from }) => toIso(from)))}::text[]::timestamptz[],
    ${arrayOf(spans.map(({ to }) => toIso(to)))}::text[]::timestamptz[],
    ${arrayOf(spans.map(({ sign }) => sign))}::text[]::int[]) as s (from_at, to_at, sign)`;

/** The uses in days, by the primary key of `chatter_days`, and in messages, by posts_created. */
function usesIn(scope: StatsScope, dimension: Dimension, { days, messages }: Omit<Cut, 'months'>): SQL {
  const [values, posts] = dayColumnsOf(dimension).map((name) => sql.raw(`k.${name}`));
  const spans = sql`(select from_at, to_at, sign, (from_at at time zone 'UTC')::date as first, (to_at at time zone 'UTC')::date as next
    from ${rowsOf(days)})`;
  return sql`(with made as materialized (
      select k.day, k.until, s.sign, ${values} as "values", ${posts} as posts from ${spans} s
        join chatter_days k on k.stream_id = ${scope.streamId} and k.day >= s.first and k.day < s.next and ${sql.raw(isMadeDay('k'))}
    ), rest as materialized (
      select greatest(start, k.until) as from_at, start + interval '24 hours' as to_at, s.sign
      from ${spans} s cross join lateral generate_series(s.from_at, s.to_at - interval '24 hours', interval '24 hours') as start
        left join made k on k.day = (start at time zone 'UTC')::date
      where greatest(start, k.until) < start + interval '24 hours'
      union all
      select from_at, to_at, sign from ${rowsOf(messages)}
    )
    select u.value, made.sign * u.posts as posts, null::bigint as engagement, 0 as engaged
    from made cross join lateral unnest(made."values", made.posts) as u (value, posts)
    union all
    ${usesOfRows(scope, dimension, sql`rest`, sql.raw(isCounted))})`;
}

/** The uses in messages of which only the day is known. */
function usesOfHourless(scope: StatsScope, dimension: Dimension, days: readonly Signed[]): SQL {
  const spans = sql`(select at as from_at, at + interval '1 minute' as to_at, s.sign
    from ${rowsOf(days)} cross join activity a cross join lateral (select a.bucket + ${sql.raw(dayBucketShift)} as at) d
    where a.stream_id = ${scope.streamId} and a.bucket < ${dayBucketsEnd} and at >= s.from_at and at < s.to_at)`;
  return sql`(${usesOfRows(scope, dimension, spans, sql`p.own and p.hour_unknown`)})`;
}

/** The uses in the messages of some spans that a condition on `p` selects. */
function usesOfRows({ streamId }: StatsScope, dimension: Dimension, spans: SQL, where: SQL): SQL {
  const rows = sql`(select p.*, s.sign from ${spans} s cross join lateral (select p.*, ${fence} from posts p
    where p.stream_id = ${streamId} and ${where} and p.created_at >= s.from_at and p.created_at < s.to_at) p)`;
  const [before = '', after = ''] = usesOf(dimension, 'true', '$rows p', 'p.sign').split('$rows');
  return sql`select value, sign as posts, null::bigint as engagement, 0 as engaged
    from (${sql.raw(before)}${rows}${sql.raw(after)}) uses`;
}

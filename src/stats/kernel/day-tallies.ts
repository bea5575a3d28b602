import { type SQL, sql } from 'drizzle-orm';
import { arrayOf } from '../../db/array.ts';
import type { Database } from '../../db/client.ts';
import { type Dimension, dayColumnsOf, dayDimensions, usesOf } from '../../db/dimensions.ts';
import { fence } from '../../db/fence.ts';
import { isCounted, isMadeDay } from '../../db/packed-chatters.ts';
import { dayBucketsEnd, dayBucketShift } from '../../shared/activity-bucket.ts';
import { QueryTooComplexError } from '../../shared/errors.ts';
import { hourMs, toDay, toIso } from '../../shared/instant.ts';
import { cutByDay } from './chatter-days.ts';
import { toBytes, TimeSlice } from './chatter-parts.ts';
import { memoizePerScope } from './memoize-per-scope.ts';
import { read } from './read.ts';
import { type Span, type StatsScope, widen } from './scope.ts';
import { listTop, monthsOf, type Tally } from './tallies.ts';
import { ValueCounts } from './value-counts.ts';

/** Whether the values of a dimension in a scope are summed from the days of a chat. */
export const isTalliedByDay = (scope: StatsScope, dimension: Dimension): boolean =>
  scope.keepsMinutes && !scope.complete && (dayDimensions as readonly Dimension[]).includes(dimension);

/**
 * The values of a dimension with the most posts, after the first `offset`; equal counts alphabetically (by code point).
 */
export async function listTopTerms(
  db: Database,
  scope: StatsScope,
  dimension: Dimension,
  first: number,
  offset: number,
): Promise<readonly Tally[]> {
  if (!isTalliedByDay(scope, dimension)) return listTop(db, scope, dimension, first, offset);
  const top = (await loadDayTallies(db, scope, dimension)).top(first + offset).slice(offset);
  // Messages have no engagement.
  return top.map(({ value, posts }) => ({ value, posts, engagement: null, engaged: 0 }));
}

/**
 * Counts the messages of a scope of a chat by their values of a dimension: see `isTalliedByDay`. QUERY_TOO_COMPLEX when
 * the values of all days together are too many.
 */
export const loadDayTallies = memoizePerScope(
  async (db, scope, dimension: Dimension): Promise<ValueCounts> => {
    const rows = await readParts(db, scope, dimension);
    const counts = new ValueCounts();
    const slice = new TimeSlice();
    for (const { sign, from, to, isTooMuch, values, posts, ...day } of rows) {
      if (isTooMuch) throw new QueryTooComplexError('Too many different terms; give a shorter range');
      await slice.yieldSlice();
      if (values !== null && posts !== null) counts.addList(values, posts);
      const tally = toBytes(day.tally);
      if (tally !== null) counts.addDay(tally, toBytes(day.hours), { from, to }, sign);
    }
    return counts;
  },
);

/** A day, a month, or messages. */
type Row = {
  /** 1, or -1 for a day that is taken away. */
  readonly sign: number;
  /** The hours of the day that count. */
  readonly from: number;
  readonly to: number;
  readonly isTooMuch: boolean;
  readonly tally: string | null;
  /** Null when all hours count. */
  readonly hours: string | null;
  readonly values: readonly string[] | null;
  readonly posts: readonly number[] | null;
};

/** Most bytes of the tallies of all days together, and of stored months, which are compressed. */
const [daysMax, monthsMax] = [64_000_000, 16_000_000];

/**
 * The uses of a dimension in a scope of a chat, in parts: months, days from `chatter_days`, of which some hours may count, and messages
 * from the nearest hour to the end of the range.
 *
 *     range            |--------------------------------------------|
 *     months        |================|                |================|
 *     days          |--|                                            |--|
 *     messages        |+|                                          |-|
 *
 * Days without a row are read from the messages, too. Messages of which only the day is known are in no row. Their time is
 * the start of the day, and `activity` has these days.
 */
const readParts = read(
  (scope, dimension: Dimension) => {
    if (scope.span === null && scope.days === null) return null;
    const { months, days, messages } = cut(scope, monthsOf(scope));
    const [tally, hours] = dayColumnsOf(dimension).map((name) => sql.raw(`k.${name}`));
    const parts = days.flatMap(({ sign, ...span }) => cutByDay(span).map((part) => ({ ...part, sign })));
    const hourless = scope.days === null ? [] : between(scope.days, months);
    const [from, to] = [months?.from ?? 0, months?.to ?? 0];
    return sql`with parts as materialized (
        select (from_at at time zone 'UTC')::date as day, from_at, to_at, sign from ${rowsOf(parts)}
      ), made as materialized (
        select s.*, k.until, ${tally} as tally, case when s.to_at < s.from_at + interval '24 hours' then ${hours} end as hours,
          sum(octet_length(${tally})) over () > ${daysMax} as is_too_much
        from parts s join chatter_days k on k.stream_id = ${scope.streamId} and k.day = s.day and ${sql.raw(isMadeDay('k'))}
      ), rest as materialized (
        select greatest(s.from_at, m.until) as from_at, s.to_at, s.sign
        from parts s left join made m on m.day = s.day and m.from_at = s.from_at where greatest(s.from_at, m.until) < s.to_at
        union all
        select from_at, to_at, sign from ${rowsOf(messages)}
      ), months as materialized (
        select m."values", m.posts, sum(pg_column_size(m."values")) over () > ${monthsMax} as is_too_much from tally_months m
        where m.stream_id = ${scope.streamId} and m.dimension = ${dimension} and m.month >= ${toDay(from)}::date and m.month < ${toDay(to)}::date
      )
      select sign, date_part('hour', from_at at time zone 'UTC')::int as "from",
        (date_part('epoch', to_at - day::timestamp at time zone 'UTC') / 3600)::int as "to", is_too_much as "isTooMuch",
        case when not is_too_much then encode(tally, 'base64') end as tally, case when not is_too_much then encode(hours, 'base64') end as hours,
        null::json as "values", null::json as posts from made
      union all
      select 1, 0, 24, is_too_much, null, null, case when not is_too_much then array_to_json("values") end,
        case when not is_too_much then array_to_json(posts) end from months
      union all
      select 1, 0, 24, false, null, null, json_agg(value), json_agg(posts)
      from (select value, sum(posts)::float8 as posts
        from (${usesOfRows(scope, dimension, sql`rest`, sql.raw(isCounted))}
          ${hourless.length === 0 ? sql`` : sql`union all ${usesOfHourless(scope, dimension, hourless)}`}) uses
        group by value) loose`;
  },
  (rows: readonly Row[]) => rows,
);

/** A span whose uses are added (1) or taken away (-1). */
type Signed = Span & { readonly sign: 1 | -1 };

type Cut = {
  /** Months whose tallies are summed; null: none. */
  readonly months: Span | null;
  /** Whole hours. */
  readonly days: readonly Signed[];
  readonly messages: readonly Signed[];
};

const floorHour = (at: number) => Math.floor(at / hourMs) * hourMs;
const ceilHour = (at: number) => Math.ceil(at / hourMs) * hourMs;
const nearestHour = (at: number) => Math.round(at / hourMs) * hourMs;

function cut({ span, range }: StatsScope, nearest: Span | null): Cut {
  if (span === null) return { months: nearest, days: [], messages: [] };
  const wide = widen(span, range, floorHour, ceilHour);
  const [from, to] = [nearestHour(wide.from), nearestHour(wide.to)];
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

/** The uses in messages of which only the day is known. */
function usesOfHourless(scope: StatsScope, dimension: Dimension, days: readonly Signed[]): SQL {
  const spans = sql`(select at as from_at, at + interval '1 minute' as to_at, s.sign
    from ${rowsOf(days)} cross join activity a cross join lateral (select a.bucket + ${sql.raw(dayBucketShift)} as at) d
    where a.stream_id = ${scope.streamId} and a.bucket < ${dayBucketsEnd} and at >= s.from_at and at < s.to_at)`;
  return usesOfRows(scope, dimension, spans, sql`p.own and p.hour_unknown`);
}

/** The uses in the messages of some spans that a condition on `p` selects, by posts_created. */
function usesOfRows({ streamId }: StatsScope, dimension: Dimension, spans: SQL, where: SQL): SQL {
  const rows = sql`(select p.*, s.sign from ${spans} s cross join lateral (select p.*, ${fence} from posts p
    where p.stream_id = ${streamId} and ${where} and p.created_at >= s.from_at and p.created_at < s.to_at) p)`;
  const [before = '', after = ''] = usesOf(dimension, 'true', '$rows p', 'p.sign').split('$rows');
  return sql`select value, sign as posts from (${sql.raw(before)}${rows}${sql.raw(after)}) uses`;
}

import { type SQL, sql } from 'drizzle-orm';
import { arrayOf } from '../../db/array.ts';
import { type Dimension, usesOf } from '../../db/dimensions.ts';
import { createdIn } from '../../db/created-in.ts';
import { onePlan } from '../../db/prepared.ts';
import { toDay } from '../../shared/instant.ts';
import { ceilMonth, floorMonth } from '../../shared/month.ts';
import { read } from './read.ts';
import { cutAt, intersect, type Span, type StatsScope } from './scope.ts';

/**
 * A value with its posts, their engagement (null when none is known), and the number of posts with known engagement.
 */
export type Tally = {
  readonly value: string;
  readonly posts: number;
  readonly engagement: number | null;
  readonly engaged: number;
};

/**
 * All values of a dimension in the scope, with posts and engagement. From the totals when the range has everything.
 * Otherwise from months: posts at the partial ends of the range are added, or posts outside of it subtracted. Null when
 * the scope cannot contain posts. For a chat `day-tallies.ts` is faster.
 */
export function talliesOf(scope: StatsScope, dimension: Dimension): SQL | null {
  if (scope.span === null && scope.days === null) return null;
  if (scope.complete) {
    return sql`${onePlan} select value, posts::float8 as posts, case when engaged > 0 then engagement end::float8 as engagement,
        engaged::float8 as engaged
      from tally_totals
      where stream_id = ${scope.streamId} and dimension = ${dimension}`;
  }
  const months = monthsOf(scope);
  const parts = raggedOf(scope, months).map((where) => usesIn(scope, dimension, where));
  if (months !== null) {
    parts.push(...besidesOf(scope, months).map((where) => usesIn(scope, dimension, where, sql`-1`)));
    parts.push(tallyPartsOf(scope, dimension, months));
  }
  return summed(parts);
}

/** Uses by value from several parts. */
const summed = (parts: readonly SQL[]): SQL =>
  sql`select value, sum(posts)::float8 as posts,
      case when sum(engaged) > 0 then sum(engagement) end::float8 as engagement, coalesce(sum(engaged), 0)::float8 as engaged
    from (${sql.join([...parts], sql` union all `)}) parts group by value having sum(posts) > 0`;

/** The values of a dimension in whole months; a value occurs once in each part of a month that has it. */
export const tallyPartsOf = ({ streamId }: StatsScope, dimension: Dimension, { from, to }: Span): SQL =>
  sql`select u.value, u.posts, u.engagement, u.engaged
    from tally_months m,
      unnest(m."values", m.posts, m.engagement, m.engaged) as u (value, posts, engagement, engaged)
    where m.stream_id = ${streamId} and m.dimension = ${dimension}
      and m.month >= ${toDay(from)}::date and m.month < ${toDay(to)}::date`;

/**
 * The months of which the scope has all posts, including those of which only the day is known; null when there are
 * none.
 */
export function wholeMonths({ span, days }: StatsScope): Span | null {
  const both = span && days && intersect(span, days);
  return both && cutAt(both, ceilMonth, floorMonth).whole;
}

/**
 * The months whose tallies are summed for the scope. The scope has all posts of most of them. At each end it may have
 * part of a month: that month is included when less of its time is outside the scope than inside, or when the range is
 * open there. Null: none.
 */
export function monthsOf({ span, days, range }: StatsScope): Span | null {
  const both = span && days && intersect(span, days);
  if (both === null) return null;
  const [before, after] = [floorMonth(both.from), ceilMonth(both.from)];
  const from = range.from === null || both.from - before < after - both.from ? before : after;
  const [last, next] = [floorMonth(both.to), ceilMonth(both.to)];
  const to = range.to === null || next - both.to < both.to - last ? next : last;
  return from < to ? { from, to } : null;
}

/** Conditions on `p` for the scope's posts outside of these months. */
export function raggedOf({ span, days }: StatsScope, months: Span | null): readonly SQL[] {
  if (months === null) return [createdIn(span, days)];
  const ends = [
    { from: null, to: months.from },
    { from: months.to, to: null },
  ];
  return ends.flatMap((end) => conditionOf(span && intersect(span, end), days && intersect(days, end)));
}

/** Conditions for the posts of these months outside of the scope. */
function besidesOf({ span, days, range }: StatsScope, months: Span): readonly SQL[] {
  const before = (of: Span | null) => of && intersect(months, { from: null, to: of.from });
  const after = (of: Span | null) => of && intersect(months, { from: of.to, to: null });
  return [
    ...(range.from === null ? [] : conditionOf(before(span), before(days))),
    ...(range.to === null ? [] : conditionOf(after(span), after(days))),
  ];
}

const conditionOf = (span: Span | null, days: Span | null): readonly SQL[] =>
  span === null && days === null ? [] : [createdIn(span, days)];

/** The uses of a stream's posts. The stream id is a parameter, so that all streams share one statement. */
function usesOfStream(dimension: Dimension, streamId: number): SQL {
  const [before = '', after = ''] = usesOf(dimension, 'p.stream_id = $stream').split('$stream');
  return sql`${sql.raw(before)}${streamId}${sql.raw(after)}`;
}

/** What posts add to a tally, or subtract when `each` is -1. */
function usesIn(scope: StatsScope, dimension: Dimension, where: SQL, each: SQL = sql`1`): SQL {
  return sql`select value, ${each} as posts, ${each} * engagement as engagement, ${each} * (engagement is not null)::int as engaged
    from (${usesOfStream(dimension, scope.streamId)} and ${where}) uses`;
}

/** How many posts have each of some values; values without posts are missing. */
export function countsOf(scope: StatsScope, dimension: Dimension, values: readonly string[]): SQL | null {
  const tallies = talliesOf(scope, dimension);
  return (
    tallies && sql`select value, posts from (${tallies}) t where value = any(${arrayOf(values)}::text[])`
  );
}

/** The values with the most posts, after the first `offset`; equal counts alphabetically (by code point). */
export const listTop = read(
  (scope, dimension: Dimension, first: number, offset: number) => {
    const tallies = talliesOf(scope, dimension);
    return (
      tallies &&
      sql`select value, posts, engagement, engaged from (${tallies}) t order by posts desc, value collate "C"
        limit ${first} offset ${offset}`
    );
  },
  (tallies: readonly Tally[]) => tallies,
);

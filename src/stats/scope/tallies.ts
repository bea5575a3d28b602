import { type SQL, sql } from 'drizzle-orm';
import { type Dimension, usesOf } from '../../db/dimensions.ts';
import { createdIn } from '../../db/created-in.ts';
import { toDay } from '../../shared/instant.ts';
import { ceilMonth, floorMonth } from '../../shared/month.ts';
import { read } from './read.ts';
import { cutAt, intersect, type Span, type StatsScope } from './scope.ts';

export type Tally = { readonly value: string; readonly posts: number; readonly engagement: number };

/**
 * A statement of every value of a dimension in the scope, with its posts and engagement: from the totals where
 * the range holds everything, else from whole months and, at the range's ragged ends, from the posts.
 * Null when the scope can hold no posts.
 */
export function talliesOf(scope: StatsScope, dimension: Dimension): SQL | null {
  if (scope.span === null && scope.days === null) return null;
  if (scope.complete) {
    return sql`select value, posts::float8 as posts, engagement::float8 as engagement from tally_totals
      where stream_id = ${scope.streamId} and dimension = ${dimension}`;
  }
  const whole = wholeMonths(scope);
  const parts = raggedOf(scope, whole).map((where) => usesIn(scope, dimension, where));
  if (whole !== null) {
    parts.push(sql`select u.value, u.posts, u.engagement
      from tally_months m, unnest(m."values", m.posts, m.engagement) as u (value, posts, engagement)
      where m.stream_id = ${scope.streamId} and m.dimension = ${dimension}
        and m.month >= ${toDay(whole.from)}::date and m.month < ${toDay(whole.to)}::date`);
  }
  return sql`select value, sum(posts)::float8 as posts, sum(engagement)::float8 as engagement
    from (${sql.join(parts, sql` union all `)}) parts group by value`;
}

/** The months of which the scope has all posts, also those of which only the day is known. */
function wholeMonths({ span, days }: StatsScope): Span | null {
  const both = span && days && intersect(span, days);
  return both && cutAt(both, ceilMonth, floorMonth).whole;
}

/** The posts that are not in these months, as conditions on `p`. */
function raggedOf({ span, days }: StatsScope, whole: Span | null): readonly SQL[] {
  if (whole === null) return [createdIn(span, days)];
  const ends = [
    { from: null, to: whole.from },
    { from: whole.to, to: null },
  ].map((end) => [span && intersect(span, end), days && intersect(days, end)] as const);
  return ends.flatMap(([of, ofDays]) => (of === null && ofDays === null ? [] : [createdIn(of, ofDays)]));
}

function usesIn(scope: StatsScope, dimension: Dimension, where: SQL): SQL {
  return sql`select value, 1 as posts, coalesce(engagement, 0) as engagement
    from (${sql.raw(usesOf(dimension, `p.stream_id = ${Number(scope.streamId)}`))} and ${where}) uses`;
}

/** The values with the most posts, after the first `offset`; equal counts alphabetically (by code point). */
export const listTop = read(
  (scope, dimension: Dimension, first: number, offset: number) => {
    const tallies = talliesOf(scope, dimension);
    return (
      tallies &&
      sql`select value, posts, engagement from (${tallies}) t order by posts desc, value collate "C"
        limit ${first} offset ${offset}`
    );
  },
  (tallies: readonly Tally[]) => tallies,
);

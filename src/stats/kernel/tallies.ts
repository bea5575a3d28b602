import { type SQL, sql } from 'drizzle-orm';
import { arrayOf } from '../../db/array.ts';
import { type Dimension, usesOf } from '../../db/dimensions.ts';
import { createdIn } from '../../db/created-in.ts';
import { toDay } from '../../shared/instant.ts';
import { ceilMonth, floorMonth } from '../../shared/month.ts';
import { read } from './read.ts';
import { cutAt, intersect, type Span, type StatsScope } from './scope.ts';

/** A value with its posts, their engagement, which is null where it is known of none, and how many tell theirs. */
export type Tally = {
  readonly value: string;
  readonly posts: number;
  readonly engagement: number | null;
  readonly engaged: number;
};

/**
 * A statement of every value of a dimension in the scope, with its posts and engagement: from the totals where
 * the range holds everything, else from whole months and, at the range's ragged ends, from the posts.
 * Null when the scope can hold no posts.
 */
export function talliesOf(scope: StatsScope, dimension: Dimension): SQL | null {
  if (scope.span === null && scope.days === null) return null;
  if (scope.complete) {
    return sql`select value, posts::float8 as posts, case when engaged > 0 then engagement end::float8 as engagement,
        engaged::float8 as engaged
      from tally_totals
      where stream_id = ${scope.streamId} and dimension = ${dimension}`;
  }
  const whole = wholeMonths(scope);
  const parts = raggedOf(scope, whole).map((where) => usesIn(scope, dimension, where));
  if (whole !== null) {
    parts.push(sql`select u.value, u.posts, u.engagement, u.engaged
      from tally_months m,
        unnest(m."values", m.posts, m.engagement, m.engaged) as u (value, posts, engagement, engaged)
      where m.stream_id = ${scope.streamId} and m.dimension = ${dimension}
        and m.month >= ${toDay(whole.from)}::date and m.month < ${toDay(whole.to)}::date`);
  }
  return sql`select value, sum(posts)::float8 as posts,
      case when sum(engaged) > 0 then sum(engagement) end::float8 as engagement, coalesce(sum(engaged), 0)::float8 as engaged
    from (${sql.join(parts, sql` union all `)}) parts group by value having sum(posts) > 0`;
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
  return sql`select value, 1 as posts, engagement, (engagement is not null)::int as engaged
    from (${sql.raw(usesOf(dimension, `p.stream_id = ${Number(scope.streamId)}`))} and ${where}) uses`;
}

/** A statement of how many posts have each of some values; what no post has is not in it. */
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

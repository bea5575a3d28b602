import { sql } from 'drizzle-orm';
import { read } from '../kernel/read.ts';
import { talliesOf } from '../kernel/tallies.ts';
import type { Step } from './compute.ts';

/** Distinct authors of own posts. Served by the tally's primary key. */
export const countAuthors = read(
  (scope) => {
    const tallies = talliesOf(scope, 'AUTHOR');
    return tallies && sql`select count(*)::float8 as authors from (${tallies}) t`;
  },
  ([row]: readonly { readonly authors: number }[]) => row?.authors ?? 0,
);

export type EngagementSteps = { readonly count: number; readonly steps: readonly Step[] };

/**
 * The number of posts with known engagement, and the engagement values at the positions around the given fractions in
 * ascending order. From the tally of engagement, which is a histogram.
 */
export const engagementSteps = read(
  (scope, ...fractions: readonly number[]) => {
    // Messages have no engagement.
    const tallies = scope.keepsMinutes ? null : talliesOf(scope, 'ENGAGEMENT');
    if (tallies === null) return null;
    const within = fractions.map(
      (fraction) =>
        sql`(from_place <= ceil(${fraction} * (count - 1)) and to_place > floor(${fraction} * (count - 1)))`,
    );
    return sql`
    select value, from_place as "from", to_place as "to", count
    from (select value::float8 as value, sum(posts) over up - posts as from_place, sum(posts) over up as to_place,
        sum(posts) over () as count
      from (${tallies}) t window up as (order by value::bigint)) places
    where ${sql.join(within, sql` or `)}`;
  },
  (rows: readonly (Step & { readonly count: number })[]): EngagementSteps => ({
    count: rows[0]?.count ?? 0,
    steps: rows,
  }),
);

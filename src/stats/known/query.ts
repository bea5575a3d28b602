import type { Database } from '../../db/client.ts';
import { loadTotal } from '../kernel/activity.ts';
import { read } from '../kernel/read.ts';
import type { StatsScope } from '../kernel/scope.ts';
import { type Tally, talliesOf } from '../kernel/tallies.ts';
import type { KnownCounts } from './compute.ts';

/**
 * Counts the posts that know each figure. Served by the primary keys of tally_totals and tally_months: ten rows, or one
 * for each month.
 */
const countTallied = read(
  (scope) => talliesOf(scope, 'KNOWN'),
  (tallies: readonly Tally[]): KnownCounts => new Map(tallies.map(({ value, posts }) => [value, posts])),
);

/** Counts the posts that know each figure. Messages know no more than their sentiment, and `activity` has how many do. */
export async function countKnown(db: Database, scope: StatsScope): Promise<KnownCounts> {
  if (!scope.keepsMinutes) return countTallied(db, scope);
  const sums = await loadTotal(db, scope, ['posts', 'positive', 'neutral', 'negative']);
  return new Map([
    ['POSTS', sums.posts],
    ['SENTIMENT', sums.positive + sums.neutral + sums.negative],
  ]);
}

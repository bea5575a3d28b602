import { read } from '../kernel/read.ts';
import { type Tally, talliesOf } from '../kernel/tallies.ts';
import type { KnownCounts } from './compute.ts';

/**
 * Counts the posts that know each figure. Served by the primary keys of tally_totals and tally_months: ten rows, or one
 * for each month.
 */
export const countKnown = read(
  (scope) => talliesOf(scope, 'KNOWN'),
  (tallies: readonly Tally[]): KnownCounts => new Map(tallies.map(({ value, posts }) => [value, posts])),
);

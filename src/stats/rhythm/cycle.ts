import { type SQL, sql } from 'drizzle-orm';
import type { Database } from '../../db/client.ts';
import type { Metric } from '../../shared/stat-metric.ts';
import { groupSums } from '../../shared/sums.ts';
import { loadSlots } from '../scope/activity.ts';
import { countAuthorsBy } from '../scope/distinct-authors.ts';
import { slotOfWeek } from '../scope/local-time.ts';
import type { StatsScope } from '../scope/scope.ts';
import { summedValues, valuesOf } from './compute.ts';

/** What comes round again: how many steps it has, and which one an hour of the week (0 to 167) is in. */
type Cycle = { readonly length: number; readonly stepOf: (slot: number) => number; readonly key: SQL };

export const hours: Cycle = { length: 24, stepOf: (slot) => slot % 24, key: sql`(${slotOfWeek}) % 24` };
export const weekdays: Cycle = {
  length: 7,
  stepOf: (slot) => Math.floor(slot / 24),
  key: sql`(${slotOfWeek}) / 24`,
};
export const hoursOfWeek: Cycle = { length: 168, stepOf: (slot) => slot, key: slotOfWeek };

/** A metric by the steps of a cycle. */
export async function loadCycle(
  db: Database,
  scope: StatsScope,
  metric: Metric,
  { length, stepOf, key }: Cycle,
): Promise<readonly (number | null)[]> {
  if (metric === 'AUTHORS') return valuesOf(length, await countAuthorsBy(db, scope, key), metric);
  const sums = groupSums(await loadSlots(db, scope), ({ slot }) => stepOf(slot));
  return summedValues(length, sums, metric);
}

import { type SQL, sql } from 'drizzle-orm';
import type { Metric } from '../../shared/stat-metric.ts';
import { groupSums } from '../../shared/sums.ts';
import { loadSlots } from '../scope/activity.ts';
import { authorsBy, authorsByKey } from '../scope/distinct-authors.ts';
import { slotOfWeek } from '../scope/local-time.ts';
import { once } from '../scope/once.ts';
import { read } from '../scope/read.ts';
import { summedValues, valuesOf } from './compute.ts';

/** What comes round again: how many steps it has, and which one an hour of the week (0 to 167) is in. */
type Cycle = { readonly length: number; readonly stepOf: (slot: number) => number; readonly key: SQL };

const cycles = {
  hours: { length: 24, stepOf: (slot) => slot % 24, key: sql`(${slotOfWeek}) % 24` },
  weekdays: { length: 7, stepOf: (slot) => Math.floor(slot / 24), key: sql`(${slotOfWeek}) / 24` },
  hoursOfWeek: { length: 168, stepOf: (slot) => slot, key: slotOfWeek },
} satisfies Record<string, Cycle>;

const countAuthors = read(
  (scope, cycle: keyof typeof cycles) => authorsBy(scope, cycles[cycle].key),
  authorsByKey,
);

/** A metric by the steps of a cycle. */
export const loadCycle = once(
  async (db, scope, metric: Metric, cycle: keyof typeof cycles): Promise<readonly (number | null)[]> => {
    const { length, stepOf } = cycles[cycle];
    if (metric === 'AUTHORS') return valuesOf(length, await countAuthors(db, scope, cycle), metric);
    const sums = groupSums(await loadSlots(db, scope), ({ slot }) => stepOf(slot));
    return summedValues(length, sums, metric);
  },
);

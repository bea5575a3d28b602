import { type SQL, sql } from 'drizzle-orm';
import { isoWeekday } from '../../shared/bucket.ts';
import { dayMs, hourMs } from '../../shared/instant.ts';
import type { Metric } from '../../shared/stat-metric.ts';
import { groupSums, measuresOf } from '../../shared/sums.ts';
import { loadDays, loadSlots } from '../kernel/activity.ts';
import { countByStep, canCountByQuarters } from '../kernel/count-chatters.ts';
import { authorsBy, authorsByKey } from '../kernel/distinct-authors.ts';
import { slotOfWeek } from '../kernel/local-time.ts';
import { memoizePerScope } from '../kernel/memoize-per-scope.ts';
import { read } from '../kernel/read.ts';
import { summedValues, valuesOf } from './compute.ts';

/** A repeating cycle: its number of steps, and the step of an hour of the week (0 to 167). */
type Cycle = {
  readonly length: number;
  readonly stepOf: (slot: number) => number;
  readonly key: SQL;
  /** Whether posts of which only the day is known belong to a step. */
  readonly hasDays: boolean;
};

const cycles = {
  hours: { length: 24, stepOf: (slot) => slot % 24, key: sql`(${slotOfWeek}) % 24`, hasDays: false },
  weekdays: {
    length: 7,
    stepOf: (slot) => Math.floor(slot / 24),
    key: sql`(${slotOfWeek}) / 24`,
    hasDays: true,
  },
  hoursOfWeek: { length: 168, stepOf: (slot) => slot, key: slotOfWeek, hasDays: false },
} satisfies Record<string, Cycle>;

const countAuthors = read(
  (scope, cycle: keyof typeof cycles) => authorsBy(scope, cycles[cycle].key, cycles[cycle].hasDays),
  authorsByKey,
);

/** A metric for each step of a cycle. */
export const loadCycle = memoizePerScope(
  async (db, scope, metric: Metric, cycle: keyof typeof cycles): Promise<readonly (number | null)[]> => {
    const { length, stepOf, hasDays } = cycles[cycle];
    if (metric === 'AUTHORS') {
      const authors = canCountByQuarters(scope)
        ? await countByStep(db, scope, { length, stepOf: (local) => stepOf(hourOfWeek(local)) })
        : await countAuthors(db, scope, cycle);
      return valuesOf(length, authors, metric);
    }
    const measures = measuresOf(metric);
    const sums = hasDays
      ? groupSums(await loadDays(db, scope, measures), measures, ({ day }) =>
          stepOf(24 * (isoWeekday(day) - 1)),
        )
      : groupSums(await loadSlots(db, scope, measures), measures, ({ slot }) => stepOf(slot));
    return summedValues(length, sums, metric);
  },
);

/** Hour of the week, 0 for Monday at midnight, as in `slotOfWeek`. */
const hourOfWeek = (local: number) => 24 * (isoWeekday(local) - 1) + Math.floor((local % dayMs) / hourMs);

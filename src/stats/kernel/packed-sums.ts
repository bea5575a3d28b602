import { measures as columns } from '../../db/measures.ts';
import { dayMs, hourMs, quarterMs } from '../../shared/instant.ts';
import type { Measure } from '../../shared/sums.ts';
import { columnsOf, columnsOfAll, sumOfColumns } from './measures.ts';
import type { Keys, PackedMonths, SumsByKey } from './packed-months.ts';
import type { Found, Wanted } from './read-activity.ts';
import type { StatsScope } from './scope.ts';

/** The sums of whole months by day and by hour of the week. */
export function packedSums(scope: StatsScope, { days, slots }: Wanted, months: PackedMonths): Found {
  if (months.isEmpty || days.size + slots.size === 0) return {};
  const local = months.localQuarters(scope.zone);
  return {
    days: days.size === 0 ? [] : daysOf(scope, days, months, local),
    slots: slots.size === 0 ? [] : slotsOf(scope, slots, months, local),
  };
}

const dayQuarters = dayMs / quarterMs;
const hourQuarters = hourMs / quarterMs;

function daysOf(
  scope: StatsScope,
  measures: ReadonlySet<Measure>,
  months: PackedMonths,
  local: Int32Array,
): readonly object[] {
  const of = new Int32Array(local.length);
  let [first, last] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (let at = 0; at < local.length; at += 1) {
    const day = Math.floor((local[at] ?? 0) / dayQuarters);
    first = Math.min(first, day);
    last = Math.max(last, day);
    of[at] = day;
  }
  for (let at = 0; at < of.length; at += 1) of[at] = (of[at] ?? 0) - first;
  const keys = { of, length: last - first + 1 };
  return rowsBy(scope, measures, months, keys, (key) => ({ day: (first + key) * dayMs }));
}

function slotsOf(
  scope: StatsScope,
  measures: ReadonlySet<Measure>,
  months: PackedMonths,
  local: Int32Array,
): readonly object[] {
  return rowsBy(scope, measures, months, { of: slotsOfQuarters(local), length: 168 }, (slot) => ({ slot }));
}

/** The hours of the week of local quarter-hours, as in `slotOfWeek`: 1 January 1970 was a Thursday. */
export function slotsOfQuarters(local: Int32Array): Int32Array {
  const slots = new Int32Array(local.length);
  for (let at = 0; at < local.length; at += 1) {
    slots[at] = (Math.floor((local[at] ?? 0) / hourQuarters) + 72 + 1_680_000) % 168;
  }
  return slots;
}

/** A count over no posts is 0; a sum without known values is null. */
const counts = new Set(columns.filter(({ role }) => role === 'count').map(({ column }) => column));

/** A row for each key with a quarter-hour, with its known sums. */
function rowsBy(
  scope: StatsScope,
  measures: ReadonlySet<Measure>,
  months: PackedMonths,
  keys: Keys,
  rowOf: (key: number) => object,
): readonly object[] {
  const has = new Uint8Array(keys.length);
  for (let at = 0; at < keys.of.length; at += 1) has[keys.of[at] ?? 0] = 1;
  const used: number[] = [];
  for (let key = 0; key < keys.length; key += 1) if (has[key] === 1) used.push(key);
  const rows = used.map(rowOf) as Record<string, unknown>[]; // safe: the measures are added below
  const sums = new Map<string, SumsByKey>();
  for (const column of columnsOfAll(scope, measures)) sums.set(column, months.sumBy(keys, column));
  for (const measure of measures) {
    const [own, estimated] = columnsOf(scope, measure).map((column) => knownBy(column, sums));
    used.forEach((key, at) => {
      const row = rows[at];
      if (row === undefined) return;
      row[measure] = sumOfColumns(scope, measure, own?.(key) ?? null, estimated?.(key) ?? null);
    });
  }
  return rows;
}

/** A column's sum by key; null when nothing is known. */
function knownBy(column: string, by: ReadonlyMap<string, SumsByKey>): (key: number) => number | null {
  const found = by.get(column);
  const isCount = counts.has(column);
  return (key) =>
    found !== undefined && (isCount || found.known[key] === 1) ? (found.sums[key] ?? 0) : null;
}

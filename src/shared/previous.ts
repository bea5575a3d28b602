import { addLocal, type CalendarInterval, countLocal, floorLocal } from './bucket.ts';
import { dayMs } from './instant.ts';
import { type LocalMs, skippedDays, toInstant, toLocal } from './zone.ts';

/** The bases of comparison for a range, with the API's descriptions. */
export const previousBases = {
  PERIOD: {
    description:
      'The range just before. When both ends of the range are starts of a year in the time zone, it has as many years; ' +
      'else the same for quarters, months, ISO weeks and days, the largest first: March is compared with February, a leap ' +
      'year with the year before, seven days with seven days across a change of clocks. Else, and when the range has no ' +
      'end, it has the same length.',
  },
  YEAR: {
    description:
      'The same dates and times of the clock a year earlier. 28 February stands for the 29th, which the year before lacks.',
  },
} as const;
export type PreviousBasis = keyof typeof previousBases;

type Ends = { readonly from: number; readonly to: number };

/** Returns the range to compare with. It never ends before it starts. */
export function previousRange(zone: string, range: Ends, by: PreviousBasis): Ends {
  return by === 'YEAR' ? yearEarlier(zone, range) : (unitsBefore(zone, range) ?? lengthBefore(range));
}

/** Returns the range of the same length that ends at the start of this one. */
export const lengthBefore = ({ from, to }: Ends): Ends => ({ from: from - (to - from), to: from });

/** Largest first: 1 February to 1 March 2021 is both four weeks from Monday to Monday and a month. */
const units = ['YEAR', 'QUARTER', 'MONTH', 'WEEK', 'DAY'] as const satisfies readonly CalendarInterval[];

/** Returns the same number of calendar units before the range; null when its ends are not starts of units. */
function unitsBefore(zone: string, { from, to }: Ends): Ends | null {
  for (const unit of units) {
    const [first, end] = [startOf(zone, unit, from), startOf(zone, unit, to)];
    if (first === null || end === null) continue;
    const before =
      unit === 'DAY' ? daysBefore(zone, first, end) : addLocal(first, unit, -countLocal(first, end, unit));
    return { from: toInstant(zone, before), to: from };
  }
  return null;
}

/** Returns the local start of the unit that begins at the instant; null when none does. */
function startOf(zone: string, unit: CalendarInterval, instant: number): LocalMs | null {
  const start = floorLocal(toLocal(zone, instant), unit);
  return toInstant(zone, start) === instant ? start : null;
}

/**
 * Goes back from `from` by the number of days between `from` and `to`, not counting days that the zone's calendar
 * skipped.
 */
function daysBefore(zone: string, from: LocalMs, to: LocalMs): LocalMs {
  const skipped = skippedDays(zone);
  const left = skipped.filter((day) => day >= from && day < to).length;
  let before = addLocal(from, 'DAY', left - countLocal(from, to, 'DAY'));
  for (const day of [...skipped].reverse()) if (day >= before && day < from) before -= dayMs;
  return before;
}

function yearEarlier(zone: string, range: Ends): Ends {
  const from = toInstant(zone, shiftYear(shown(zone, range.from), false));
  const to = toInstant(zone, shiftYear(shown(zone, range.to), true));
  // After a clock change or the 29th of February, the later end may show the earlier time.
  return { from, to: range.from === range.to ? from : Math.max(from, to) };
}

/** Returns the clock's time at an instant; midnight for the start of a day, even when the day begins at 01:00. */
const shown = (zone: string, instant: number): LocalMs =>
  startOf(zone, 'DAY', instant) ?? toLocal(zone, instant);

/**
 * Returns the same date and time a year earlier. A range that ends at the start of the 29th of February includes the
 * whole 28th.
 */
function shiftYear(local: LocalMs, isEnd: boolean): LocalMs {
  const date = new Date(local);
  const isLeapDay = date.getUTCMonth() === 1 && date.getUTCDate() === 29;
  // Date would read the 29th of February of a common year as the 1st of March.
  const day = isLeapDay && !(isEnd && local % dayMs === 0) ? 28 : date.getUTCDate();
  return date.setUTCFullYear(date.getUTCFullYear() - 1, date.getUTCMonth(), day);
}

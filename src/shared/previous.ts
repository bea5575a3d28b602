import { addLocal, type CalendarInterval, countLocal, floorLocal } from './bucket.ts';
import { dayMs } from './instant.ts';
import { type LocalMs, skippedDays, toInstant, toLocal } from './zone.ts';

/** What a range is compared with, with the sentences that the API says of each. */
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

/** The range that a range with both ends is compared with. It never ends before it starts. */
export function previousRange(zone: string, range: Ends, by: PreviousBasis): Ends {
  return by === 'YEAR' ? yearEarlier(zone, range) : (unitsBefore(zone, range) ?? lengthBefore(range));
}

/** The range of the same length that ends where this one starts. */
export const lengthBefore = ({ from, to }: Ends): Ends => ({ from: from - (to - from), to: from });

/** The largest first: 1 February to 1 March 2021 is four weeks from Monday to Monday, and a month. */
const units = ['YEAR', 'QUARTER', 'MONTH', 'WEEK', 'DAY'] as const satisfies readonly CalendarInterval[];

/** As many whole units of the calendar before; null when the ends are not starts of one. */
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

/** The local start of the unit that begins at the instant; null when none does. */
function startOf(zone: string, unit: CalendarInterval, instant: number): LocalMs | null {
  const start = floorLocal(toLocal(zone, instant), unit);
  return toInstant(zone, start) === instant ? start : null;
}

/** As many days before `from` as lie between it and `to`. Days that the zone's calendar left out are none. */
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
  // Where clocks were set back, or after the 29th of February, the later end may show the earlier time.
  return { from, to: range.from === range.to ? from : Math.max(from, to) };
}

/** What the clock shows at an instant; midnight at the start of a day, although some days begin at 01:00. */
const shown = (zone: string, instant: number): LocalMs =>
  startOf(zone, 'DAY', instant) ?? toLocal(zone, instant);

/** The same date and time a year earlier. A range that ends as the 29th of February begins has the whole 28th. */
function shiftYear(local: LocalMs, isEnd: boolean): LocalMs {
  const date = new Date(local);
  const isLeapDay = date.getUTCMonth() === 1 && date.getUTCDate() === 29;
  // The 29th of a year without one is the 1st of March to Date.
  const day = isLeapDay && !(isEnd && local % dayMs === 0) ? 28 : date.getUTCDate();
  return date.setUTCFullYear(date.getUTCFullYear() - 1, date.getUTCMonth(), day);
}

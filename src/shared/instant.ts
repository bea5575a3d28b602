export const secondMs = 1_000;
export const minuteMs = 60 * secondMs;
/** A quarter of an hour: what the rollups count by, since zones differ by :30 and :45. */
export const quarterMs = 15 * minuteMs;
export const hourMs = 60 * minuteMs;
/** 24 hours: a day of UTC, not always one of a zone. */
export const dayMs = 24 * hourMs;

const two = Array.from({ length: 60 }, (_, number) => String(number).padStart(2, '0'));
/** The day of the last instant that was written: an archive's posts come in order, many of them of one day. */
let lastDay = { start: Number.NaN, text: '' };
/** The month of that day: a series goes through its days in order. */
let lastMonth = { start: Number.NaN, end: Number.NaN, text: '' };

/** Texts of starts of quarter-hours that are kept: more than the days of forty years. A prime, so that days do not share places. */
const keptTexts = 16_381;
const startsKept = new Float64Array(keptTexts).fill(Number.NaN);
const textsKept: string[] = new Array<string>(keptTexts).fill('');

/**
 * An instant, in milliseconds since 1970, as Postgres and people read it. Throws RangeError when it is none. The texts of starts
 * of quarter-hours are kept: series have the same days again and again, and new texts of them were a fifth of what a
 * dashboard leaves to be collected.
 */
export function toIso(instant: number): string {
  if (!(instant >= 0 && instant % quarterMs === 0)) return writeIso(instant);
  const place = (instant / quarterMs) % keptTexts;
  if (startsKept[place] !== instant) {
    textsKept[place] = writeIso(instant);
    startsKept[place] = instant;
  }
  return textsKept[place] ?? '';
}

/** It is put together here: `toISOString` alone was 1.5 % of an import, and 8 % of a dashboard. */
function writeIso(instant: number): string {
  let inDay = instant - lastDay.start;
  if (!(inDay >= 0 && inDay < dayMs)) {
    const start = Math.floor(instant / dayMs) * dayMs;
    if (!(start >= lastMonth.start && start < lastMonth.end)) lastMonth = monthOf(instant);
    const day = (start - lastMonth.start) / dayMs + 1;
    lastDay = { start, text: `${lastMonth.text}${two[day]}T` };
    inDay = instant - start;
  }
  const ms = inDay % 1_000;
  const second = Math.floor(inDay / 1_000);
  const minute = Math.floor(second / 60);
  const fraction = ms === 0 ? '000' : String(Math.trunc(ms)).padStart(3, '0');
  return `${lastDay.text}${two[Math.floor(minute / 60)]}:${two[minute % 60]}:${two[second % 60]}.${fraction}Z`;
}

/** The month of UTC in which an instant lies, as far as days are written alike: 2024-02-. */
function monthOf(instant: number): typeof lastMonth {
  const date = new Date(instant);
  const text = date.toISOString();
  const [year, month] = [date.getUTCFullYear(), date.getUTCMonth()];
  const startOf = (of: number) => new Date(0).setUTCFullYear(year, of, 1);
  return { start: startOf(month), end: startOf(month + 1), text: text.slice(0, text.indexOf('T') - 2) };
}

/** The UTC day in which an instant lies, e.g. 2024-02-29. */
export const toDay = (instant: number): string => toIso(instant).slice(0, 10);

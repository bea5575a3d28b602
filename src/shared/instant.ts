export const secondMs = 1_000;
export const minuteMs = 60 * secondMs;
/** The step of the rollups, because zones differ by :30 and :45. */
export const quarterMs = 15 * minuteMs;
export const hourMs = 60 * minuteMs;
/** 24 hours: a UTC day, but not always a day of a zone. */
export const dayMs = 24 * hourMs;

const two = Array.from({ length: 60 }, (_, number) => String(number).padStart(2, '0'));
/** The day of the last formatted instant: the posts of an archive come in order, many on the same day. */
let lastDay = { start: Number.NaN, text: '' };
/** The month of that day: a series goes through its days in order. */
let lastMonth = { start: Number.NaN, end: Number.NaN, text: '' };

/**
 * Number of cached texts of quarter-hour starts: more than the days of forty years. A prime, so that days do not
 * collide.
 */
const cachedTexts = 16_381;
const cachedStarts = new Float64Array(cachedTexts).fill(Number.NaN);
const cachedIso: string[] = new Array<string>(cachedTexts).fill('');

/**
 * Formats an instant (ms since 1970) as ISO 8601. Throws RangeError when it is invalid. Texts of quarter-hour starts
 * are cached: series repeat the same days, and new texts of them were a fifth of the garbage of a dashboard.
 */
export function toIso(instant: number): string {
  if (!(instant >= 0 && instant % quarterMs === 0)) return writeIso(instant);
  const place = (instant / quarterMs) % cachedTexts;
  if (cachedStarts[place] !== instant) {
    cachedIso[place] = writeIso(instant);
    cachedStarts[place] = instant;
  }
  return cachedIso[place] ?? '';
}

/** Formats by hand: `toISOString` alone took 1.5 % of an import and 8 % of a dashboard. */
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

/** Returns the UTC month of an instant, with the text that all its days share: 2024-02-. */
function monthOf(instant: number): typeof lastMonth {
  const date = new Date(instant);
  const text = date.toISOString();
  const [year, month] = [date.getUTCFullYear(), date.getUTCMonth()];
  const startOf = (of: number) => new Date(0).setUTCFullYear(year, of, 1);
  return { start: startOf(month), end: startOf(month + 1), text: text.slice(0, text.indexOf('T') - 2) };
}

/** Returns the UTC day of an instant, e.g. 2024-02-29. */
export const toDay = (instant: number): string => toIso(instant).slice(0, 10);

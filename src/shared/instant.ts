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

/**
 * An instant, in milliseconds since 1970, as Postgres and people read it. Throws RangeError when it is none. The time of
 * day is put together here: `toISOString` alone was 1.5 % of an import.
 */
export function toIso(instant: number): string {
  const inDay = instant - lastDay.start;
  if (!(inDay >= 0 && inDay < dayMs)) {
    const text = new Date(instant).toISOString();
    lastDay = { start: Math.floor(instant / dayMs) * dayMs, text: text.slice(0, text.indexOf('T') + 1) };
    return text;
  }
  const ms = inDay % 1_000;
  const second = Math.floor(inDay / 1_000);
  const minute = Math.floor(second / 60);
  const fraction = ms === 0 ? '000' : String(Math.trunc(ms)).padStart(3, '0');
  return `${lastDay.text}${two[Math.floor(minute / 60)]}:${two[minute % 60]}:${two[second % 60]}.${fraction}Z`;
}

/** The UTC day in which an instant lies, e.g. 2024-02-29. */
export const toDay = (instant: number): string => toIso(instant).slice(0, 10);

const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

const english = /^[A-Z][a-z]{2} ([A-Z][a-z]{2}) (\d{2}) (\d{2}):(\d{2}):(\d{2}) ([+-]\d{4}) (\d{4})$/;
const numeric = /^(\d{4})-(\d{2})-(\d{2})[ T](\d{2}):(\d{2}):(\d{2})(?:\.(\d{1,6}))? ?(Z|[+-]\d{2}:?\d{2})$/;

/** X's first post was in March 2006. */
const earliest = Date.UTC(2006, 2, 1);
/** An arbitrary bound in the far future, which keeps nonsense out of the partitions by time. */
const latest = Date.UTC(2100, 0, 1);

/**
 * Returns the milliseconds since 1970 of `Sat Feb 18 12:33:11 +0000 2023`, `2015-01-24 02:02:37 +0000` or ISO 8601.
 * Null when it has another format, is not a calendar date, or is before X existed.
 */
export function parseDate(value: unknown): number | null {
  if (typeof value !== 'string') return null;
  const parts = englishParts(value) ?? numericParts(value);
  if (parts === null) return null;
  const day = Date.UTC(parts.year, parts.month, parts.day);
  const isDay = new Date(day).getUTCDate() === parts.day && parts.month >= 0 && parts.month < 12;
  const isTime = parts.hour < 24 && parts.minute < 60 && parts.second <= 60;
  if (!isDay || !isTime) return null;
  const instant =
    day +
    ((parts.hour * 60 + parts.minute - offsetMinutes(parts.offset)) * 60 + parts.second) * 1_000 +
    parts.milliseconds;
  return instant >= earliest && instant < latest ? instant : null;
}

type DateParts = {
  readonly year: number;
  readonly month: number;
  readonly day: number;
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
  readonly milliseconds: number;
  readonly offset: string;
};

function englishParts(text: string): DateParts | null {
  const match = english.exec(text);
  if (match === null) return null;
  const [, month = '', day, hour, minute, second, offset = '', year] = match;
  return {
    year: Number(year),
    month: months.indexOf(month),
    day: Number(day),
    hour: Number(hour),
    minute: Number(minute),
    second: Number(second),
    milliseconds: 0,
    offset,
  };
}

function numericParts(text: string): DateParts | null {
  const match = numeric.exec(text);
  if (match === null) return null;
  const [, year, month, day, hour, minute, second, fraction = '', offset = ''] = match;
  return {
    year: Number(year),
    month: Number(month) - 1,
    day: Number(day),
    hour: Number(hour),
    minute: Number(minute),
    second: Number(second),
    milliseconds: Number(fraction.padEnd(3, '0').slice(0, 3)),
    offset,
  };
}

function offsetMinutes(offset: string): number {
  if (offset === 'Z' || offset === '+0000') return 0;
  const minutes = Number(offset.slice(1, 3)) * 60 + Number(offset.slice(-2));
  return offset.startsWith('-') ? -minutes : minutes;
}

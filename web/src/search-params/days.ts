/** A calendar day as `YYYY-MM-DD`, without a zone. */
export type Day = string;

/** Returns the day; null when the text is not a valid date. */
export function parseDay(text: string): Day | null {
  const match = /^(\d{4})-(\d{2})-(\d{2})$/.exec(text);
  if (match === null) return null;
  const at = new Date(`${text}T00:00:00Z`);
  return Number.isNaN(at.getTime()) || at.toISOString().slice(0, 10) !== text ? null : text;
}

/** Returns the day that is `count` days later. */
export function addDays(day: Day, count: number): Day {
  const at = new Date(`${day}T00:00:00Z`);
  at.setUTCDate(at.getUTCDate() + count);
  return at.toISOString().slice(0, 10);
}

/** Returns how many days `to` is after `from`. */
export function daysBetween(from: Day, to: Day): number {
  return Math.round((Date.parse(to) - Date.parse(from)) / 86_400_000);
}

/** Returns the same date `count` years later; 28 February when there is no 29th. */
export function addYears(day: Day, count: number): Day {
  const year = String(Number(day.slice(0, 4)) + count).padStart(4, '0');
  return parseDay(`${year}${day.slice(4)}`) ?? `${year}-02-28`;
}

/** Returns the current day in a zone; in UTC when the zone is not known. */
export function dayIn(zone: string, at: number): Day {
  const { year, month, day } = fields(zone, at);
  return `${year}-${month}-${day}`;
}

/** Returns the instant at which a day starts in a zone, also when clocks change at midnight. */
export function startOfDay(day: Day, zone: string): Date {
  const utc = Date.parse(`${day}T00:00:00Z`);
  // The first instant whose local day is this one, or a later day when the zone skipped it: no zone is more than 15 h
  // from UTC.
  let before = utc - 15 * 3_600_000;
  let after = utc + 15 * 3_600_000;
  while (after - before > 1_000) {
    const middle = Math.floor((before + after) / 2_000) * 1_000;
    if (middle === before) break;
    if (dayIn(zone, middle) < day) before = middle;
    else after = middle;
  }
  return new Date(after);
}

const formats = new Map<string, Intl.DateTimeFormat>();

function fields(zone: string, at: number): Record<string, string> {
  let format = formats.get(zone);
  if (format === undefined) {
    const options = { year: 'numeric', month: '2-digit', day: '2-digit', calendar: 'iso8601' } as const;
    try {
      format = new Intl.DateTimeFormat('en', { ...options, timeZone: zone });
    } catch {
      format = new Intl.DateTimeFormat('en', { ...options, timeZone: 'UTC' });
    }
    formats.set(zone, format);
  }
  return Object.fromEntries(format.formatToParts(at).map(({ type, value }) => [type, value]));
}

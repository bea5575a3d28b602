import { locale, memoize } from './locale.ts';

/** The steps of a series, as the API names them. */
export type Step = 'SECOND' | 'MINUTE' | 'HOUR' | 'DAY' | 'WEEK' | 'MONTH' | 'QUARTER' | 'YEAR';

type Instant = string | number | Date;
const asDate = (at: Instant) => (at instanceof Date ? at : new Date(at));

const formatters = memoize((key) => {
  const { tag, ...options } = JSON.parse(key) as Intl.DateTimeFormatOptions & { tag: string };
  return new Intl.DateTimeFormat(tag, options);
});

/** A formatter for a zone; UTC when the browser does not know the zone. Created once. */
export function dateFormat(
  zone: string,
  options: Intl.DateTimeFormatOptions,
  tag = locale,
): Intl.DateTimeFormat {
  try {
    return formatters(JSON.stringify({ tag, ...options, timeZone: zone }));
  } catch {
    return formatters(JSON.stringify({ tag, ...options, timeZone: 'UTC' }));
  }
}

const day = { year: 'numeric', month: 'short', day: 'numeric' } as const;
const clock = { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' } as const;

/** `Jul 10, 2026`. */
export function dayOf(at: Instant, zone: string, tag = locale): string {
  return dateFormat(zone, day, tag).format(asDate(at));
}

/** `Jul 10, 2026, 14:02`. */
export function minuteOf(at: Instant, zone: string, tag = locale): string {
  return dateFormat(zone, { ...day, ...clock }, tag).format(asDate(at));
}

/** `14:02`. */
export function clockOf(at: Instant, zone: string, tag = locale): string {
  return dateFormat(zone, clock, tag).format(asDate(at));
}

/** `Nov 28, 2025 – Nov 27, 2026`: the days of a half-open range, the last one included. */
export function daysOf(from: Instant, to: Instant, zone: string, tag = locale): string {
  return dateFormat(zone, day, tag).formatRange(asDate(from), new Date(asDate(to).getTime() - 1));
}

/** A bucket's name in tooltips and tables: `week of Jul 6, 2026`, `Jul 2026`, `Q3 2026`. */
export function bucketOf(start: Instant, step: Step, zone: string, tag = locale): string {
  switch (step) {
    case 'SECOND':
    case 'MINUTE':
    case 'HOUR':
      return minuteOf(start, zone, tag);
    case 'DAY':
      return dateFormat(zone, { ...day, weekday: 'short' }, tag).format(asDate(start));
    case 'WEEK':
      return `week of ${dayOf(start, zone, tag)}`;
    case 'MONTH':
      return dateFormat(zone, { year: 'numeric', month: 'short' }, tag).format(asDate(start));
    case 'QUARTER': {
      const month = Number(dateFormat(zone, { month: 'numeric' }, 'en').format(asDate(start)));
      return `Q${Math.ceil(month / 3)} ${dateFormat(zone, { year: 'numeric' }, tag).format(asDate(start))}`;
    }
    case 'YEAR':
      return dateFormat(zone, { year: 'numeric' }, tag).format(asDate(start));
  }
}

/** The zone's name in a card: `New York time`, `UTC`. */
export function zoneName(zone: string): string {
  if (zone === 'UTC') return 'UTC';
  return `${zoneCity(zone)} time`;
}

/** `America/Argentina/Buenos_Aires` is `Buenos Aires`. */
export function zoneCity(zone: string): string {
  return (zone.split('/').at(-1) ?? zone).replaceAll('_', ' ');
}

/** `UTC−5` at an instant. */
export function zoneOffset(zone: string, at: Instant): string {
  const parts = dateFormat(zone, { timeZoneName: 'shortOffset' }, 'en').formatToParts(asDate(at));
  const offset = parts.find(({ type }) => type === 'timeZoneName')?.value ?? 'GMT';
  return offset.replace('GMT', 'UTC').replace('-', '−');
}

/** Monday to Sunday, short, in the reader's language: the API's weeks begin on Monday. */
export function weekdays(style: 'short' | 'long' = 'short', tag = locale): string[] {
  const format = dateFormat('UTC', { weekday: style }, tag);
  return Array.from({ length: 7 }, (_, index) => format.format(Date.UTC(2024, 0, 1 + index)));
}

import { locale, memoize } from './locale.ts';

const units = [
  [86_400, 'd'],
  [3_600, 'h'],
  [60, 'min'],
  [1, 's'],
] as const;

/** The two largest units: `1 min 12 s`, `3 h 4 min`, `2 d`. Under a second: `0 s`. */
export function duration(seconds: number): string {
  let rest = Math.max(0, Math.floor(seconds));
  const parts: string[] = [];
  for (const [size, name] of units) {
    const count = Math.floor(rest / size);
    rest -= count * size;
    if (count > 0) parts.push(`${count} ${name}`);
    // Only adjacent units are combined: "1 d 5 s" would claim too much precision.
    else if (parts.length > 0) break;
    if (parts.length === 2) break;
  }
  return parts.join(' ') || '0 s';
}

/** An approximate duration in words: `about 1 min`. */
export function about(seconds: number): string {
  if (seconds < 45) return 'less than a minute';
  if (seconds < 3_570) return `about ${Math.round(seconds / 60)} min`;
  return `about ${Math.round(seconds / 3_600)} h`;
}

const relativeOf = memoize((tag) => new Intl.RelativeTimeFormat(tag, { numeric: 'always', style: 'long' }));
const ages = [
  [86_400 * 365.25, 'year'],
  [86_400 * 30.44, 'month'],
  [86_400, 'day'],
  [3_600, 'hour'],
  [60, 'minute'],
] as const;

/** The age in its largest unit: `4 minutes ago`; `just now` under a minute, and for a clock that is slightly ahead. */
export function age(at: string | number | Date, now: number, tag = locale): string {
  const seconds = (now - new Date(at).getTime()) / 1_000;
  for (const [size, unit] of ages)
    if (seconds >= size) return relativeOf(tag).format(-Math.floor(seconds / size), unit);
  return 'just now';
}

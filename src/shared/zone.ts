import { Temporal } from 'temporal-polyfill';
import { BadInputError } from './errors.ts';
import { dayMs } from './instant.ts';

/**
 * A period, from inclusive, to exclusive, with a constant offset of a zone from UTC. `since` and `until` are the whole
 * period of that offset, even beyond the requested range.
 */
export type OffsetSpan = {
  readonly from: number;
  readonly to: number;
  readonly since: number;
  readonly until: number;
  readonly offsetMs: number;
};

/**
 * A local time, as the milliseconds at which a UTC clock shows it. Not an instant: it may occur twice (clocks set back)
 * or never (clocks set forward).
 */
export type LocalMs = number;

// X began in 2006, and calendars are not known far ahead. Outside these bounds, the first and the last rule apply.
const firstKnown = Date.UTC(2000, 0, 1);
const lastKnown = Date.UTC(2100, 0, 1);

const epoch = Temporal.Instant.fromEpochMilliseconds(0);

/**
 * Returns IANA's spelling of a zone's name, whatever its case: a link such as US/Eastern stays one, and all names of
 * UTC become UTC. Throws BAD_INPUT when there is no such zone.
 */
export function parseZone(name: string): string {
  const found = spellings.get(name) ?? findZone(name);
  if (spellings.size < mostSpellings) spellings.set(name, found);
  return found;
}

/** Caches zones by name: finding one with Intl took 1.5 % of a dashboard. */
const spellings = new Map<string, string>();
/** There are about 600 names, but many ways to capitalise them. */
const mostSpellings = 1_000;

function findZone(name: string): string {
  try {
    // Offsets such as +05:45 are not zones: they have no DST.
    if (!/^[A-Za-z]/.test(name)) throw new RangeError('not a name');
    const { timeZone } = new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions();
    // In lower case, because Temporal caches every spelling.
    return timeZone === 'UTC' ? 'UTC' : epoch.toZonedDateTimeISO(name.toLowerCase()).timeZoneId;
  } catch (cause) {
    const message = `Unknown time zone: ${name.slice(0, 60)}. An IANA name is expected, such as Europe/Berlin`;
    throw new BadInputError(message, { cause });
  }
}

/** Spans by the about 600 names that `parseZone` returns. */
const known = new Map<string, readonly OffsetSpan[]>();

/** Returns the zone's spans that cover [from, to), ascending, without gaps, cut to the range. */
export function offsetSpans(zone: string, from: number, to: number): readonly OffsetSpan[] {
  return spansOf(zone)
    .filter((span) => span.from < to && span.to > from)
    .map((span) => ({ ...span, from: Math.max(span.from, from), to: Math.min(span.to, to) }));
}

function spansOf(zone: string): readonly OffsetSpan[] {
  let spans = known.get(zone);
  if (spans === undefined) {
    spans = findSpans(zone);
    known.set(zone, spans);
  }
  return spans;
}

/** Whether the zone's clocks show UTC at all times that can be asked for. */
export const isUtc = (zone: string): boolean => spansOf(zone).every(({ offsetMs }) => offsetMs === 0);

/** Returns the days that the zone's calendar skipped, by local start, ascending: Apia had no 30 December 2011. */
export function skippedDays(zone: string): readonly LocalMs[] {
  const days: LocalMs[] = [];
  for (const [index, span] of spansOf(zone).entries()) {
    const before = spansOf(zone)[index - 1];
    if (before === undefined) continue;
    // Clocks changed from the first local time to the second.
    const [left, shown] = [span.from + before.offsetMs, span.from + span.offsetMs];
    for (let day = Math.ceil(left / dayMs) * dayMs; day + dayMs <= shown; day += dayMs) days.push(day);
  }
  return days;
}

function findSpans(zone: string): readonly OffsetSpan[] {
  const spans: OffsetSpan[] = [];
  let at = Temporal.Instant.fromEpochMilliseconds(firstKnown).toZonedDateTimeISO(zone);
  let from = Number.NEGATIVE_INFINITY;
  for (;;) {
    const next = at.getTimeZoneTransition('next');
    const offsetMs = at.offsetNanoseconds / 1e6;
    if (next === null || next.epochMilliseconds > lastKnown) {
      spans.push(wholeSpan(from, Number.POSITIVE_INFINITY, offsetMs));
      return spans;
    }
    spans.push(wholeSpan(from, next.epochMilliseconds, offsetMs));
    from = next.epochMilliseconds;
    at = next;
  }
}

function wholeSpan(from: number, to: number, offsetMs: number): OffsetSpan {
  return { from, to, since: from, until: to, offsetMs };
}

/** Returns the zone's local time at an instant. */
export function toLocal(zone: string, instant: number): LocalMs {
  const [span] = offsetSpans(zone, instant, instant + 1);
  return instant + (span?.offsetMs ?? 0);
}

/**
 * Returns the first instant at which the zone's clocks show this time or a later one: the first occurrence of a time
 * that comes twice, and the moment of the clock change for a skipped time.
 */
export function toInstant(zone: string, local: LocalMs): number {
  // Offsets are less than a day, so only spans that touch these two days can show the time. Read in place: a series
  // calls this for each of its thousands of days.
  for (const span of spansOf(zone)) {
    if (span.to <= local - dayMs) continue;
    const to = Math.min(span.to, local + dayMs);
    if (to + span.offsetMs > local) return Math.max(local - span.offsetMs, span.from, local - dayMs);
  }
  throw new Error(`broken invariant: no instant at or after local time ${local} in ${zone}`);
}

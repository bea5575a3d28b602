import { Temporal } from 'temporal-polyfill';
import { BadInputError } from './errors.ts';
import { dayMs } from './instant.ts';

/**
 * A stretch of time, from inclusive, to exclusive, in which a zone's clocks differ from UTC by the same amount.
 * `since` and `until` are when they began and ceased to, however much of that was asked for.
 */
export type OffsetSpan = {
  readonly from: number;
  readonly to: number;
  readonly since: number;
  readonly until: number;
  readonly offsetMs: number;
};

/**
 * A point of local time, as the milliseconds that UTC would show the same clock at. Not an instant: it may stand
 * for two (clocks set back) or none (clocks set forward).
 */
export type LocalMs = number;

// X began in 2006; no calendar is known far ahead. Outside, the first and the last rule go on.
const firstKnown = Date.UTC(2000, 0, 1);
const lastKnown = Date.UTC(2100, 0, 1);

const epoch = Temporal.Instant.fromEpochMilliseconds(0);

/**
 * The name as IANA spells it, whatever its case: a link such as US/Eastern stays one, all names of UTC are UTC.
 * BAD_INPUT when there is no such zone.
 */
export function parseZone(name: string): string {
  const found = spellings.get(name) ?? findZone(name);
  if (spellings.size < mostSpellings) spellings.set(name, found);
  return found;
}

/** Zones by names that were asked for: to have Intl find one was 1.5 % of a dashboard. */
const spellings = new Map<string, string>();
/** There are some 600 names, and no bound to the ways to write them in capitals. */
const mostSpellings = 1_000;

function findZone(name: string): string {
  try {
    // Offsets such as +05:45 are not zones: they know no DST.
    if (!/^[A-Za-z]/.test(name)) throw new RangeError('not a name');
    const { timeZone } = new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions();
    // In lower case, as Temporal remembers every spelling that it was asked for.
    return timeZone === 'UTC' ? 'UTC' : epoch.toZonedDateTimeISO(name.toLowerCase()).timeZoneId;
  } catch (cause) {
    const message = `Unknown time zone: ${name.slice(0, 60)}. An IANA name is expected, such as Europe/Berlin`;
    throw new BadInputError(message, { cause });
  }
}

/** By names as `parseZone` spells them, of which there are some 600. */
const known = new Map<string, readonly OffsetSpan[]>();

/** The zone's spans that cover [from, to), ascending and without gaps, cut to it. */
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

/** The days that the zone's calendar left out, by their local start, ascending: Apia had no 30 December 2011. */
export function skippedDays(zone: string): readonly LocalMs[] {
  const days: LocalMs[] = [];
  for (const [index, span] of spansOf(zone).entries()) {
    const before = spansOf(zone)[index - 1];
    if (before === undefined) continue;
    // Clocks went from this local time to that one.
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

/** What clocks of the zone show at the instant. */
export function toLocal(zone: string, instant: number): LocalMs {
  const [span] = offsetSpans(zone, instant, instant + 1);
  return instant + (span?.offsetMs ?? 0);
}

/**
 * The first instant at which the zone's clocks show this time or a later one: of a time that comes twice the
 * first, of one that is skipped the moment clocks were set.
 */
export function toInstant(zone: string, local: LocalMs): number {
  // Offsets are within a day of UTC, so only spans that touch these two days can show the time.
  // Read in place: a series asks for each of its thousands of days.
  for (const span of spansOf(zone)) {
    if (span.to <= local - dayMs) continue;
    const to = Math.min(span.to, local + dayMs);
    if (to + span.offsetMs > local) return Math.max(local - span.offsetMs, span.from, local - dayMs);
  }
  throw new Error(`broken invariant: no instant at or after local time ${local} in ${zone}`);
}

import { dayMs, hourMs } from '../../shared/instant.ts';

/**
 * Offsets of the few zones that synthetic users live in. Not Intl: its tables change with the Node version,
 * and the same options must give the same posts.
 */
export type ZoneRule = {
  /** IANA name, for readers of the account's stats. */
  readonly zone: string;
  readonly standardMinutes: number;
  readonly summer: 'NONE' | 'EU' | 'US';
};

/** Milliseconds to add to UTC for local time at that instant. */
export function zoneOffsetMs(rule: ZoneRule, instant: number): number {
  const standardMs = rule.standardMinutes * 60_000;
  if (rule.summer === 'NONE') return standardMs;
  const year = new Date(instant + standardMs).getUTCFullYear();
  const [from, to] = rule.summer === 'EU' ? europeanSummer(year) : americanSummer(year, standardMs);
  return instant >= from && instant < to ? standardMs + hourMs : standardMs;
}

/** Returns the instant at which a local day (counted from 1970-01-01) starts. */
export function localDayStart(rule: ZoneRule, day: number): number {
  const guess = day * dayMs - rule.standardMinutes * 60_000;
  // None of the zones changes its clock at midnight, so the hour between guess and answer is uneventful.
  return day * dayMs - zoneOffsetMs(rule, guess);
}

/** From the last Sunday of March to that of October, 01:00 UTC. */
function europeanSummer(year: number): readonly [number, number] {
  return [lastSunday(year, 2) + hourMs, lastSunday(year, 9) + hourMs];
}

/** From the second Sunday of March to the first of November, 02:00 local. */
function americanSummer(year: number, standardMs: number): readonly [number, number] {
  const march = sundayOnOrAfter(Date.UTC(year, 2, 8));
  const november = sundayOnOrAfter(Date.UTC(year, 10, 1));
  return [march + 2 * hourMs - standardMs, november + hourMs - standardMs];
}

function sundayOnOrAfter(midnight: number): number {
  return midnight + ((7 - new Date(midnight).getUTCDay()) % 7) * dayMs;
}

function lastSunday(year: number, month: number): number {
  return sundayOnOrAfter(Date.UTC(year, month, 25)); // both months have 31 days
}

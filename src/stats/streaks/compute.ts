import { dayMs } from '../../shared/instant.ts';
import type { LocalMs } from '../../shared/zone.ts';

/** A run of days, from its first to its last local day, both inclusive. */
export type Streak = { readonly from: LocalMs; readonly to: LocalMs; readonly days: number };

/** Days that the zone's calendar skipped: they neither break a streak nor count in a gap. */
type SkippedDays = ReadonlySet<LocalMs>;

/** Runs of consecutive days. The days are distinct and ascending. */
export function consecutiveRuns(days: readonly LocalMs[], skipped: SkippedDays): readonly Streak[] {
  const runs: Streak[] = [];
  let last: { -readonly [Name in keyof Streak]: Streak[Name] } | undefined;
  for (const day of days) {
    if (last !== undefined && dayAfter(last.to, skipped) === day) {
      last.to = day;
      last.days += 1;
    } else {
      last = { from: day, to: day, days: 1 };
      runs.push(last);
    }
  }
  return runs;
}

/** The gaps between successive runs. */
export function gapsBetween(runs: readonly Streak[], skipped: SkippedDays): readonly Streak[] {
  return runs.slice(1).map((run, index) => {
    const before = runs[index] as Streak; // safe: runs[0] stands before runs[1]
    const from = dayAfter(before.to, skipped);
    const to = dayBefore(run.from, skipped);
    return { from, to, days: countDays(from, to, skipped) };
  });
}

/** The longest run; of equal ones the earliest. Null without any. */
export function longestRun(runs: readonly Streak[]): Streak | null {
  let longest: Streak | null = null;
  for (const run of runs) if (longest === null || run.days > longest.days) longest = run;
  return longest;
}

/**
 * The last run when it reaches the last day of the range, or yesterday; otherwise null. `lastDay` is null when the
 * range is open.
 */
export function currentRun(
  runs: readonly Streak[],
  today: LocalMs,
  lastDay: LocalMs | null,
  skipped: SkippedDays,
): Streak | null {
  const yesterday = dayBefore(today, skipped);
  const reach = lastDay === null ? yesterday : Math.min(lastDay, yesterday);
  const last = runs.at(-1);
  return last !== undefined && last.to >= reach ? last : null;
}

function dayAfter(day: LocalMs, skipped: SkippedDays): LocalMs {
  let next = day + dayMs;
  while (skipped.has(next)) next += dayMs;
  return next;
}

function dayBefore(day: LocalMs, skipped: SkippedDays): LocalMs {
  let previous = day - dayMs;
  while (skipped.has(previous)) previous -= dayMs;
  return previous;
}

function countDays(from: LocalMs, to: LocalMs, skipped: SkippedDays): number {
  let left = 0;
  for (const day of skipped) if (day >= from && day <= to) left += 1;
  return (to - from) / dayMs + 1 - left;
}

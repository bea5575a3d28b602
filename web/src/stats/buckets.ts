import { bucketOf, type Step } from '../format/dates.ts';
import { addDays, dayIn, startOfDay } from '../search-params/days.ts';
import type { TimeRange } from '../search-params/range.ts';

/** Returns the first instant after a bucket, in the zone of its start. */
export function bucketEnd(start: string, step: Step, zone: string): Date {
  const at = new Date(start).getTime();
  if (step === 'SECOND') return new Date(at + 1_000);
  if (step === 'MINUTE') return new Date(at + 60_000);
  if (step === 'HOUR') return new Date(at + 3_600_000);
  const day = dayIn(zone, at);
  if (step === 'DAY') return startOfDay(addDays(day, 1), zone);
  if (step === 'WEEK') return startOfDay(addDays(day, 7), zone);
  const months = step === 'MONTH' ? 1 : step === 'QUARTER' ? 3 : 12;
  const first = new Date(`${day.slice(0, 7)}-01T00:00:00Z`);
  first.setUTCMonth(first.getUTCMonth() + months);
  return startOfDay(first.toISOString().slice(0, 10), zone);
}

/** Whether a series' last bucket is still in progress at an instant. */
export function isInProgress(starts: readonly string[], step: Step, zone: string, at: string): boolean {
  const last = starts.at(-1);
  return last !== undefined && bucketEnd(last, step, zone) > new Date(at);
}

/** Which buckets at the ends of a series are cut by its range, so that they hold only a part. */
export type CutEnds = { readonly first: boolean; readonly last: boolean };

/** Returns which ends of a series are cut by its range: a week with three days must not look like a drop. */
export function cutEnds(
  starts: readonly string[],
  step: Step,
  zone: string,
  range: TimeRange | null,
): CutEnds {
  const [first, last] = [starts[0], starts.at(-1)];
  const { from, to } = range ?? {};
  return {
    first: first !== undefined && from !== undefined && Date.parse(first) < Date.parse(from),
    last: last !== undefined && to !== undefined && bucketEnd(last, step, zone) > new Date(to),
  };
}

/** The note of a bucket that the range cuts; null for a whole one. */
export function cutNote(cut: CutEnds, index: number, count: number): string | null {
  if (cut.first && index === 0) return 'the range begins within it';
  if (cut.last && index === count - 1) return 'the range ends within it';
  return null;
}

/** Returns the name of each bucket for tooltips and tables. */
export function bucketNames(starts: readonly string[], step: Step, zone: string): string[] {
  return starts.map((start) => bucketOf(start, step, zone));
}

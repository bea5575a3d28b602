import type { Step } from '../format/dates.ts';
import { daysBetween } from '../search-params/days.ts';
import { type StreamSearch, type StreamView, steps, streamView } from '../search-params/page.ts';
import { coarser, parseRange, rangeDays, type TimeRange, toTimeRange } from '../search-params/range.ts';

/** The variables that a stream's cards share. They contain no time of day, so that equal views are equal requests. */
export type StatsVariables = {
  readonly range: TimeRange | null;
  readonly zone: string;
  readonly step: Step;
  /** Buckets of the rolling mean. */
  readonly buckets: number;
};

/** What totals are compared with. */
export type ComparisonVariables = { readonly by: 'PERIOD' | 'YEAR'; readonly compares: boolean };

const daysOfStep: Record<Step, number> = {
  SECOND: 1 / 86_400,
  MINUTE: 1 / 1440,
  HOUR: 1 / 24,
  DAY: 1,
  WEEK: 7,
  MONTH: 30.4,
  QUARTER: 91.3,
  YEAR: 365.2,
};
const meanBuckets: Record<Step, number> = {
  SECOND: 60,
  MINUTE: 60,
  HOUR: 24,
  DAY: 7,
  WEEK: 4,
  MONTH: 3,
  QUARTER: 4,
  YEAR: 3,
};

/** The assumed span of all posts until it is known: long enough for a step of months. */
const allDays = 3_650;

/** Whether the page is as narrow as a phone: then steps are coarser. */
export const isNarrow = (): boolean => window.innerWidth < 640;

/**
 * Returns the view of an address. `span`: the number of days between the first and the last post; null while unknown.
 * Months are the coarsest default step, except on a phone, whose bars need 8 pixels each.
 */
export function viewOf(
  search: StreamSearch,
  narrow: boolean,
  now: number,
  span: number | null = null,
): StreamView {
  const view = streamView(search, span === null ? null : Math.min(span, allDays));
  if (!narrow || search.step !== undefined) return view;
  const days = rangeDays(parseRange(search.range ?? '') ?? '1y', view.zone, now);
  const length = days === null ? (span ?? allDays) : daysBetween(days.from, days.to);
  return { ...view, step: coarser(view.step, length / daysOfStep[view.step], 300) };
}

/** Returns the variables of a view. */
export function statsVariables(view: StreamView, now: number): StatsVariables {
  return {
    range: toTimeRange(view.range, view.zone, now),
    zone: view.zone,
    step: view.step,
    buckets: meanBuckets[view.step],
  };
}

/** Returns what a view compares its totals with. All posts have no previous period. */
export function comparisonVariables(view: StreamView): ComparisonVariables {
  return { by: view.vs === 'year' ? 'YEAR' : 'PERIOD', compares: view.vs !== 'off' && view.range !== 'all' };
}

/** Returns the year of the calendar; null is the last one with posts. */
export function yearVariables(year: number | null): { readonly year: number; readonly latestYear: boolean } {
  return { year: year ?? 2000, latestYear: year === null };
}

/** The name of a step's rolling mean in a legend: `4-week mean`. */
export function meanName(step: Step): string {
  return `${meanBuckets[step]}-${step.toLowerCase()} mean`;
}

/** Returns the next coarser step, at most a year. */
export function coarserStep(step: Step): Step {
  return steps[steps.indexOf(step as (typeof steps)[number]) + 1] ?? 'YEAR';
}

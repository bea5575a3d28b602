import type { Step } from '../../format/dates.ts';
import { steps } from '../../search-params/page.ts';

/** Display names of steps. */
export const stepNames: Record<Step, string> = {
  SECOND: 'Second',
  MINUTE: 'Minute',
  HOUR: 'Hour',
  DAY: 'Day',
  WEEK: 'Week',
  MONTH: 'Month',
  QUARTER: 'Quarter',
  YEAR: 'Year',
};

/** Useful steps: those with 4 to 800 bars, the current one, and the page's own. */
export function offeredSteps(buckets: number, step: Step, ownStep: Step | undefined): Step[] {
  const days: Record<string, number> = {
    SECOND: 1 / 86_400,
    MINUTE: 1 / 1440,
    HOUR: 1 / 24,
    DAY: 1,
    WEEK: 7,
    MONTH: 30.4,
    QUARTER: 91.3,
    YEAR: 365.2,
  };
  const span = buckets * (days[step] ?? 1);
  const known = ownStep === undefined ? steps : [ownStep, ...steps.filter((each) => each !== ownStep)];
  return known.filter(
    (each) =>
      each === step || each === ownStep || (span / (days[each] ?? 1) >= 4 && span / (days[each] ?? 1) <= 800),
  );
}

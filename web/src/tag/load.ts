import type { Client } from 'urql';
import { preloadCharts } from '../chart/chart.tsx';
import type { Step } from '../format/dates.ts';
import { daysBetween } from '../search-params/days.ts';
import { type StreamSearch, streamView } from '../search-params/page.ts';
import { type Range, rangeDays, stepFor, toTimeRange } from '../search-params/range.ts';
import { TagPage } from './queries.ts';

/** The response may contain alerts, even when there are none yet: creating one requests it again. */
export const ofAlerts = { additionalTypenames: ['Alert'] };

/** Variables of the page's first request. They contain no time of day. */
export function tagVariables(tag: string, search: StreamSearch, now: number) {
  const { range, zone, step } = streamView(search);
  return { tag, range: toTimeRange(range, zone, now), zone, step };
}

/** Starts the page's first request and loads its charts, before the page itself is loaded. */
export function loadTag(api: Client, tag: string, search: StreamSearch): void {
  void api.query(TagPage, tagVariables(tag, search, Date.now()), ofAlerts).toPromise();
  void preloadCharts();
}

/** The steps offered for a range: those with 2 to 400 bars, and the current one. */
export function tagSteps(range: Range, shown: Step): readonly Step[] {
  const days = rangeDays(range, 'UTC', Date.now());
  const length = days === null ? 3_650 : daysBetween(days.from, days.to);
  const lengths = { HOUR: 1 / 24, DAY: 1, WEEK: 7, MONTH: 30.4, QUARTER: 91.3, YEAR: 365.2 } as const;
  const suits = (step: keyof typeof lengths) => length / lengths[step] <= 400 && length / lengths[step] >= 2;
  const steps = (Object.keys(lengths) as (keyof typeof lengths)[]).filter(
    (step) => step === shown || step === stepFor(range) || suits(step),
  ); // safe: its keys
  return steps;
}

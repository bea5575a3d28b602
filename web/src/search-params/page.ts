import type { Step } from '../format/dates.ts';
import { parseRange, printRange, type Range, stepFor } from './range.ts';
import { browserZone, parseZone } from './zone.ts';

/** The steps that an address may contain, in display order. */
export const steps = ['HOUR', 'DAY', 'WEEK', 'MONTH', 'QUARTER', 'YEAR'] as const satisfies readonly Step[];
/** The metrics that an address may contain, as the API names them. */
export const metrics = [
  'POSTS',
  'LIKES',
  'REPOSTS',
  'REPLIES',
  'QUOTES',
  'BOOKMARKS',
  'IMPRESSIONS',
  'ENGAGEMENT',
  'ENGAGEMENT_RATE',
  'SENTIMENT',
  'EMOTES',
  'BITS',
  'AUTHORS',
  'FOLLOWERS',
] as const;
/** The metric of the main chart. FOLLOWERS is a separate field in the API, but a tab like the others here. */
export type MetricName = (typeof metrics)[number];
/** What figures are compared with: the previous period, the previous year, or nothing. */
export type Versus = 'before' | 'year' | 'off';

/** The search of a stream's page as in its address; defaults are absent. */
export type StreamSearch = {
  range?: string;
  zone?: string;
  step?: string;
  metric?: string;
  vs?: string;
  year?: string;
};

/** The search with its defaults filled in. */
export type StreamView = {
  readonly range: Range;
  readonly zone: string;
  readonly step: Step;
  readonly metric: MetricName;
  readonly vs: Versus;
  readonly year: number | null;
};

/** Keeps the valid parts of an address, so that a bad link still works; other keys are dropped. */
export function parseStreamSearch(raw: Record<string, unknown>): StreamSearch {
  const text = (name: keyof StreamSearch) => (typeof raw[name] === 'string' ? raw[name] : '');
  const search: StreamSearch = {};
  const range = parseRange(text('range'));
  if (range !== null && range !== '1y') search.range = printRange(range);
  const zone = parseZone(text('zone'));
  if (zone !== null && zone !== browserZone) search.zone = zone;
  if (steps.some((step) => step.toLowerCase() === text('step'))) search.step = text('step');
  if (text('metric') !== 'posts' && metrics.some((name) => name.toLowerCase() === text('metric')))
    search.metric = text('metric');
  if (text('vs') === 'off' || text('vs') === 'year') search.vs = text('vs');
  if (/^(19|20)\d\d$/.test(text('year'))) search.year = text('year');
  return search;
}

/** Fills in the defaults. `days`: the number of days between the first and the last post, when known. */
export function streamView(search: StreamSearch, days: number | null = null): StreamView {
  const range = parseRange(search.range ?? '') ?? '1y';
  return {
    range,
    zone: search.zone ?? browserZone,
    step: steps.find((step) => step.toLowerCase() === search.step) ?? stepFor(range, days),
    metric: metrics.find((name) => name.toLowerCase() === search.metric) ?? 'POSTS',
    vs: search.vs === 'off' || search.vs === 'year' ? search.vs : 'before',
    year: search.year === undefined ? null : Number(search.year),
  };
}

/** Returns a view's search without defaults: for links and `navigate`. */
export function printStreamView(view: Partial<StreamView>): StreamSearch {
  return parseStreamSearch({
    ...(view.range !== undefined && { range: printRange(view.range) }),
    ...(view.zone !== undefined && { zone: view.zone }),
    ...(view.step !== undefined && { step: view.step.toLowerCase() }),
    ...(view.metric !== undefined && { metric: view.metric.toLowerCase() }),
    ...(view.vs !== undefined && { vs: view.vs }),
    ...(view.year != null && { year: String(view.year) }),
  });
}

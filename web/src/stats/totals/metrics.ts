import type { TotalFiguresFragment, TotalsCardFragment } from '../../../gql/graphql.ts';
import { change, rateChange } from '../../format/change.ts';
import { compact, exact, rate, wholePercent } from '../../format/numbers.ts';
import type { StatTab } from '../../chart/stat.tsx';
import type { MetricName } from '../../search-params/page.ts';

type Values = readonly (number | null)[];

/** The data of a metric's main chart. */
export type MetricSeries = {
  readonly kind: 'bars' | 'line';
  readonly starts: readonly string[];
  readonly values: Values;
  readonly estimated?: Values | undefined;
  readonly rolling?: Values | undefined;
  readonly previous?: Values | undefined;
  readonly format: (value: number | null | undefined) => string;
  readonly exact: (value: number | null | undefined) => string;
};

/** The metrics that are tabs, in order; the last one differs for accounts and topics. */
export const tabs = ['POSTS', 'LIKES', 'REPOSTS', 'IMPRESSIONS', 'ENGAGEMENT_RATE'] as const;
/** One of the tabs. */
export type Tab = (typeof tabs)[number] | 'FOLLOWERS' | 'AUTHORS';

/** The name of a metric in its tab and above its chart. */
export const metricLabels: Record<Tab, string> = {
  POSTS: 'Posts',
  LIKES: 'Likes',
  REPOSTS: 'Reposts',
  IMPRESSIONS: 'Impressions',
  ENGAGEMENT_RATE: 'Engagement rate',
  FOLLOWERS: 'Followers',
  AUTHORS: 'Authors',
};

/** Returns the tab in an address; posts when the page has no such tab. */
export function tabOf(metric: MetricName, ofAccount: boolean): Tab {
  const known: readonly string[] = [...tabs, ofAccount ? 'FOLLOWERS' : 'AUTHORS'];
  return known.includes(metric) ? (metric as Tab) : 'POSTS'; // safe: it is one of them
}

/** Returns the data of a metric's chart. */
export function seriesOf(stats: TotalsCardFragment, tab: Tab): MetricSeries {
  const { posts, likes, reposts, impressions, authors, followers, previous } = stats;
  const whole = { starts: posts.starts, format: compact, exact };
  switch (tab) {
    case 'POSTS':
      return { ...whole, kind: 'bars', ...posts, previous: previous?.posts.values };
    case 'LIKES':
      return { ...whole, kind: 'bars', ...likes, previous: previous?.likes.values };
    case 'REPOSTS':
      return { ...whole, kind: 'bars', ...reposts, previous: previous?.reposts.values };
    case 'IMPRESSIONS':
      return { ...whole, kind: 'bars', ...impressions, previous: previous?.impressions.values };
    case 'AUTHORS':
      return {
        ...whole,
        kind: 'bars',
        values: authors?.values ?? [],
        rolling: authors?.rolling,
        previous: previous?.authors?.values,
      };
    case 'ENGAGEMENT_RATE':
      return {
        ...whole,
        kind: 'line',
        values: stats.rate.values,
        previous: previous?.rate.values,
        format: rate,
        exact: rate,
      };
    case 'FOLLOWERS':
      return {
        ...whole,
        kind: 'line',
        starts: followers?.starts ?? [],
        values: followers?.values ?? [],
        previous: previous?.followers?.values,
      };
  }
}

/** Returns the tabs: totals, and the change of each against the period before. */
export function statTabs(
  stats: TotalsCardFragment,
  totals: TotalFiguresFragment,
  before: TotalFiguresFragment | null,
  followers: number | null | undefined,
): StatTab<Tab>[] {
  const share = totals.impressionsEstimatedShare ?? 0;
  const sum = (key: Tab, value: number | null, previous: number | null | undefined, upIsBetter = true) => ({
    key,
    label: metricLabels[key],
    text: compact(value),
    value,
    change: change(value, previous),
    upIsBetter,
  });
  return [
    sum('POSTS', totals.posts, before?.posts, false),
    sum('LIKES', totals.likesReceived ?? null, before?.likesReceived),
    sum('REPOSTS', totals.repostsReceived ?? null, before?.repostsReceived),
    {
      ...sum('IMPRESSIONS', totals.impressions ?? null, before?.impressions),
      ...(share > 0 && { estimated: `${wholePercent(share)} est.` }),
    },
    {
      key: 'ENGAGEMENT_RATE',
      label: metricLabels.ENGAGEMENT_RATE,
      text: rate(totals.engagementRate),
      value: totals.engagementRate ?? null,
      change: rateChange(totals.engagementRate, before?.engagementRate),
      upIsBetter: true,
    },
    followers === undefined
      ? sum('AUTHORS', totals.authors ?? null, before?.authors, false)
      : followersTab(stats, followers),
  ];
}

/**
 * Followers are a level: for a range that has ended, the last reading in it is compared with the last one before it.
 */
function followersTab(stats: TotalsCardFragment, now: number | null): StatTab<Tab> {
  const readings = (stats.followers?.values ?? []).filter((value) => value !== null);
  const before = (stats.previous?.followers?.values ?? []).filter((value) => value !== null).at(-1);
  const value = stats.to == null ? now : (readings.at(-1) ?? null);
  return {
    key: 'FOLLOWERS',
    label: metricLabels.FOLLOWERS,
    text: compact(value),
    value,
    change: change(value, before ?? (stats.previous == null ? null : (readings[0] ?? null))),
    upIsBetter: true,
  };
}

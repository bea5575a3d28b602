import type { Metric } from './stat-metric.ts';

/** Figures summed over posts; null when the figure is known of none of them. */
export type Sums = {
  readonly posts: number;
  readonly originals: number;
  readonly replied: number;
  readonly reposted: number;
  readonly quoted: number;
  readonly likes: number | null;
  readonly reposts: number | null;
  readonly replies: number | null;
  readonly quotes: number | null;
  readonly bookmarks: number | null;
  readonly engagement: number | null;
  readonly impressions: number | null;
  readonly engagedPosts: number;
  readonly impressionsEstimated: number | null;
  /** The two sides of the engagement rate: over the posts whose impressions are measured and whose engagement is known. */
  readonly rateEngagement: number | null;
  readonly rateImpressions: number | null;
  /** Ten-thousandths, over the posts that are scored; each of them is positive, neutral or negative. Reposts are not. */
  readonly sentiment: number;
  readonly positive: number;
  readonly neutral: number;
  readonly negative: number;
  /** Cheered with chat messages. */
  readonly bits: number;
};

/** The sums over no posts. */
export const noSums: Sums = {
  posts: 0,
  originals: 0,
  replied: 0,
  reposted: 0,
  quoted: 0,
  likes: null,
  reposts: null,
  replies: null,
  quotes: null,
  bookmarks: null,
  engagement: null,
  impressions: null,
  engagedPosts: 0,
  impressionsEstimated: null,
  rateEngagement: null,
  rateImpressions: null,
  sentiment: 0,
  positive: 0,
  neutral: 0,
  negative: 0,
  bits: 0,
};

type Total = { -readonly [Name in keyof Sums]: Sums[Name] };

/**
 * Adds some posts' sums to a total: what only one of them knows stands. In place: a dashboard adds up some thirty
 * thousand days, and an object for each took a third of its time.
 */
function addTo(total: Total, sums: Sums): void {
  total.posts += sums.posts;
  total.originals += sums.originals;
  total.replied += sums.replied;
  total.reposted += sums.reposted;
  total.quoted += sums.quoted;
  total.likes = known(total.likes, sums.likes);
  total.reposts = known(total.reposts, sums.reposts);
  total.replies = known(total.replies, sums.replies);
  total.quotes = known(total.quotes, sums.quotes);
  total.bookmarks = known(total.bookmarks, sums.bookmarks);
  total.engagement = known(total.engagement, sums.engagement);
  total.impressions = known(total.impressions, sums.impressions);
  total.engagedPosts += sums.engagedPosts;
  total.impressionsEstimated = known(total.impressionsEstimated, sums.impressionsEstimated);
  total.rateEngagement = known(total.rateEngagement, sums.rateEngagement);
  total.rateImpressions = known(total.rateImpressions, sums.rateImpressions);
  total.sentiment += sums.sentiment;
  total.positive += sums.positive;
  total.neutral += sums.neutral;
  total.negative += sums.negative;
  total.bits += sums.bits;
}

function known(a: number | null, b: number | null): number | null {
  if (a === null) return b;
  return b === null ? a : a + b;
}

/** Sums of groups as one each, by a key of the groups. */
export function groupSums<Group extends Sums>(
  groups: readonly Group[],
  keyOf: (group: Group) => number,
): ReadonlyMap<number, Sums> {
  const totals = new Map<number, Total>();
  for (const group of groups) {
    const key = keyOf(group);
    let total = totals.get(key);
    if (total === undefined) {
      total = { ...noSums };
      totals.set(key, total);
    }
    addTo(total, group);
  }
  return totals;
}

/** Sums of groups as one. */
export function totalSums(groups: readonly Sums[]): Sums {
  const total = { ...noSums };
  for (const group of groups) addTo(total, group);
  return total;
}

/** The metrics that sums can tell; distinct authors cannot be added up. */
export type SummedMetric = Exclude<Metric, 'AUTHORS'>;

/** A metric of some posts' sums: null when nothing of it is known, or a mean has nothing to stand on. */
export function metricOf(sums: Sums, metric: SummedMetric): number | null {
  switch (metric) {
    case 'POSTS':
      return sums.posts;
    case 'LIKES':
      return sums.likes;
    case 'REPOSTS':
      return sums.reposts;
    case 'REPLIES':
      return sums.replies;
    case 'QUOTES':
      return sums.quotes;
    case 'BOOKMARKS':
      return sums.bookmarks;
    case 'IMPRESSIONS':
      return sums.impressions;
    case 'ENGAGEMENT':
      return sums.engagement;
    case 'ENGAGEMENT_RATE':
      return sums.rateEngagement === null || !sums.rateImpressions
        ? null
        : sums.rateEngagement / sums.rateImpressions;
    case 'SENTIMENT': {
      const scored = scoredPosts(sums);
      return scored === 0 ? null : sums.sentiment / 10_000 / scored;
    }
  }
}

/** Of how many posts the sentiment is known: not of reposts, nor of languages without a lexicon. */
export function scoredPosts({ positive, neutral, negative }: Sums): number {
  return positive + neutral + negative;
}

/** Metrics that are a mean or a ratio: of no posts there is none. */
const means: ReadonlySet<Metric> = new Set(['ENGAGEMENT_RATE', 'SENTIMENT']);

/**
 * What a bucket shows: a sum over no posts is 0; null when there are posts and nothing of it is known, or a mean
 * has nothing to stand on.
 */
export function bucketValue(posts: number, value: number | null, metric: Metric): number | null {
  return value === null && posts === 0 ? emptyValue(metric) : value;
}

/** What a bucket without posts shows. */
export function emptyValue(metric: Metric): number | null {
  return means.has(metric) ? null : 0;
}

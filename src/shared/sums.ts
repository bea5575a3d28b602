import type { Metric } from './stat-metric.ts';

/** Figures summed over posts; null where the figure is known of none of them. */
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
  /** Ten-thousandths, over the posts that are not reposts. */
  readonly sentiment: number;
  readonly positive: number;
  readonly neutral: number;
  readonly negative: number;
  readonly bits: number;
};

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
  sentiment: 0,
  positive: 0,
  neutral: 0,
  negative: 0,
  bits: 0,
};

/** Two sums as one: what only one of them knows stands. */
export function addSums(a: Sums, b: Sums): Sums {
  const known = (x: number | null, y: number | null) => (x === null ? y : y === null ? x : x + y);
  return {
    posts: a.posts + b.posts,
    originals: a.originals + b.originals,
    replied: a.replied + b.replied,
    reposted: a.reposted + b.reposted,
    quoted: a.quoted + b.quoted,
    likes: known(a.likes, b.likes),
    reposts: known(a.reposts, b.reposts),
    replies: known(a.replies, b.replies),
    quotes: known(a.quotes, b.quotes),
    bookmarks: known(a.bookmarks, b.bookmarks),
    engagement: known(a.engagement, b.engagement),
    impressions: known(a.impressions, b.impressions),
    engagedPosts: a.engagedPosts + b.engagedPosts,
    impressionsEstimated: known(a.impressionsEstimated, b.impressionsEstimated),
    sentiment: a.sentiment + b.sentiment,
    positive: a.positive + b.positive,
    neutral: a.neutral + b.neutral,
    negative: a.negative + b.negative,
    bits: a.bits + b.bits,
  };
}

/** Sums of groups as one each, by a key of the groups. */
export function groupSums<Group extends Sums>(
  groups: readonly Group[],
  keyOf: (group: Group) => number,
): ReadonlyMap<number, Sums> {
  const grouped = new Map<number, Sums>();
  for (const group of groups) {
    const key = keyOf(group);
    grouped.set(key, addSums(grouped.get(key) ?? noSums, group));
  }
  return grouped;
}

/** Sums of groups as one. */
export function totalSums(groups: readonly Sums[]): Sums {
  return groups.reduce(addSums, noSums);
}

/** The metrics that sums can tell; distinct authors cannot be added up. */
export type SummedMetric = Exclude<Metric, 'AUTHORS'>;

/** A metric of some posts' sums: null where nothing of it is known, or a mean has nothing to stand on. */
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
      return sums.engagement === null || !sums.impressions ? null : sums.engagement / sums.impressions;
    case 'SENTIMENT': {
      const own = sums.posts - sums.reposted;
      return own === 0 ? null : sums.sentiment / 10_000 / own;
    }
  }
}

/** Metrics that are a mean or a ratio: of no posts there is none. */
const means: ReadonlySet<Metric> = new Set(['ENGAGEMENT_RATE', 'SENTIMENT']);

/**
 * What a bucket shows: a sum over no posts is 0; null where there are posts and nothing of it is known, or a mean
 * has nothing to stand on.
 */
export function bucketValue(posts: number, value: number | null, metric: Metric): number | null {
  return value === null && posts === 0 ? emptyValue(metric) : value;
}

/** What a bucket without posts shows. */
export function emptyValue(metric: Metric): number | null {
  return means.has(metric) ? null : 0;
}

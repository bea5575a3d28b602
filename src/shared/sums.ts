import type { Metric } from './stat-metric.ts';

/** Sums over posts; null when the figure is unknown for all of them. */
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
  /** Numerator and denominator of the engagement rate, over posts with measured impressions and known engagement. */
  readonly rateEngagement: number | null;
  readonly rateImpressions: number | null;
  /**
   * In ten-thousandths, over the scored posts, each of which is positive, neutral or negative. Reposts are not scored.
   */
  readonly sentiment: number;
  readonly positive: number;
  readonly neutral: number;
  readonly negative: number;
  /** Bits cheered with chat messages. */
  readonly bits: number;
  /** Uses of emotes in chat messages. */
  readonly emotes: number;
  /** Chat messages by trait: see `shared/message-traits.ts`. */
  readonly emoteOnly: number;
  readonly questions: number;
  readonly commands: number;
  readonly mentioning: number;
};

/** The sums over zero posts. */
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
  emotes: 0,
  emoteOnly: 0,
  questions: 0,
  commands: 0,
  mentioning: 0,
};

/** The name of a sum. */
export type Measure = keyof Sums;

/** All names. */
export const allMeasures = Object.keys(noSums) as readonly Measure[]; // safe: it is written out above

/** The measures of chat messages. */
export const chatMeasures = ['emotes', 'emoteOnly', 'questions', 'commands', 'mentioning'] as const;
type ChatMeasure = (typeof chatMeasures)[number];

/** All other measures. */
export const postMeasures = allMeasures.filter(
  (measure): measure is Exclude<Measure, ChatMeasure> =>
    !(chatMeasures as readonly Measure[]).includes(measure),
);

type Total = { -readonly [Name in keyof Sums]: Sums[Name] };

/** Adds some measures of sums to a total, in place; a figure that only one of them knows stays. */
function addTo(total: Total, sums: Sums, measures: readonly Measure[]): void {
  for (const measure of measures) {
    const more = sums[measure];
    // Safe: a measure that is never null in one is never null in the other.
    if (more !== null) (total as Record<Measure, number | null>)[measure] = (total[measure] ?? 0) + more;
  }
}

/** Adds up the sums of groups by key, for the named measures only. */
export function groupSums<M extends Measure, Group extends Pick<Sums, M>>(
  groups: readonly Group[],
  measures: readonly M[],
  keyOf: (group: Group) => number,
): ReadonlyMap<number, Pick<Sums, M>> {
  const totals = new Map<number, Total>();
  const none = pick(noSums, measures);
  let [last, total]: [number, Total | undefined] = [Number.NaN, undefined];
  for (const group of groups) {
    const key = keyOf(group);
    // Groups mostly come in order, so that the map is needed once per key.
    if (key !== last || total === undefined) {
      last = key;
      total = totals.get(key);
    }
    if (total === undefined) {
      // Safe: only the measures are read.
      total = { ...none } as Total;
      totals.set(key, total);
    }
    // Safe: as above.
    addTo(total, group as unknown as Sums, measures);
  }
  return totals;
}

function pick<M extends Measure>(sums: Pick<Sums, M>, measures: readonly M[]): Pick<Sums, M> {
  return Object.fromEntries(measures.map((measure) => [measure, sums[measure]])) as Pick<Sums, M>; // safe: all are there
}

/** The metrics that can be computed from sums; distinct authors cannot be added up. */
export type SummedMetric = Exclude<Metric, 'AUTHORS'>;

/** The measures that `metricOf` reads, in addition to the number of posts. */
const measuresByMetric: { readonly [M in SummedMetric]: readonly Measure[] } = {
  POSTS: [],
  LIKES: ['likes'],
  REPOSTS: ['reposts'],
  REPLIES: ['replies'],
  QUOTES: ['quotes'],
  BOOKMARKS: ['bookmarks'],
  IMPRESSIONS: ['impressions'],
  ENGAGEMENT: ['engagement'],
  ENGAGEMENT_RATE: ['rateEngagement', 'rateImpressions'],
  SENTIMENT: ['sentiment', 'positive', 'neutral', 'negative'],
  BITS: ['bits'],
  EMOTES: ['emotes'],
};

/** Returns the measures from which a metric is computed, and whether it is empty. */
export const measuresOf = (metric: SummedMetric): readonly Measure[] => [
  'posts',
  ...measuresByMetric[metric],
];

/** Computes a metric from sums; null when it is unknown, or a mean has no posts. */
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
    case 'SENTIMENT':
      return meanScore(sums);
    case 'BITS':
      return sums.bits;
    case 'EMOTES':
      return sums.emotes;
  }
}

type Scores = Pick<Sums, 'sentiment' | 'positive' | 'neutral' | 'negative'>;

/** Returns the mean score, -1 to 1; null without scores. */
export function meanScore(sums: Scores): number | null {
  const scored = scoredPosts(sums);
  return scored === 0 ? null : sums.sentiment / 10_000 / scored;
}

/** Counts the scored posts: not reposts, nor posts in languages without a lexicon. */
export function scoredPosts({ positive, neutral, negative }: Omit<Scores, 'sentiment'>): number {
  return positive + neutral + negative;
}

/** Metrics that are a mean or a ratio, which zero posts do not have. */
const means: ReadonlySet<Metric> = new Set(['ENGAGEMENT_RATE', 'SENTIMENT']);

/**
 * Returns the value of a bucket: 0 for a sum over zero posts; null when there are posts but the figure is unknown, or
 * for a mean without posts.
 */
export function bucketValue(posts: number, value: number | null, metric: Metric): number | null {
  return value === null && posts === 0 ? emptyValue(metric) : value;
}

/** Returns the value of a bucket without posts. */
export function emptyValue(metric: Metric): number | null {
  return means.has(metric) ? null : 0;
}

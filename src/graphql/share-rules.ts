import type { Grant } from '../access/share-token.ts';
import { decodeGlobalId } from '../shared/global-id.ts';

/** Whether a share allows a field with these arguments. */
export type Rule = (share: Grant, args: Readonly<Record<string, unknown>>) => boolean;

const never: Rule = () => false;
const trends: Rule = (share) => share.trends;
/** Of all streams: counts of fewer would tell of a stream that was not shared. */
const trendsOfAll: Rule = (share, { streams }) => share.trends && streams == null;
const sharedStream: Rule = ({ streamIds }, { id }) => streamIds.has(Number(decodeGlobalId(String(id)).id));

/**
 * Types of figures, and of what belongs to one object only: whoever may see that object may see all of it. A type that leads
 * on to objects of other streams is none.
 */
export const whole: ReadonlySet<string> = new Set([
  'Author',
  'AuthorCount',
  'Broadcast',
  'Bucket',
  'Calendar',
  'CalendarDay',
  'CalendarWeek',
  'ChannelEvent',
  'ChannelEventConnection',
  'ChannelEventCount',
  'ChannelEventEdge',
  'ChatArrivals',
  'ChatCohort',
  'ChatPart',
  'ChatStats',
  'Chatter',
  'Emote',
  'Freshness',
  'Media',
  'Moment',
  'MomentTerm',
  'PageInfo',
  'PostConnection',
  'PostEdge',
  'PostMetrics',
  'PostingSlot',
  'ProviderShare',
  'Sentiment',
  'SentimentSeries',
  'SentimentStats',
  'Series',
  'SeriesPoint',
  'Stats',
  'Streak',
  'Streaks',
  'TermCount',
  'Totals',
  'Tracking',
]);

/** The same of hashtags over all streams. */
export const wholeTrends: ReadonlySet<string> = new Set([
  'HashtagCount',
  'HashtagEdge',
  'HashtagGrowth',
  'HashtagNetwork',
  'HashtagNode',
  'RelatedHashtag',
  'Trending',
  'TrendingHashtag',
  'TrendingStatus',
]);

const fields = (names: string, rule: Rule | 'always' = 'always') =>
  Object.fromEntries(names.split(' ').map((name) => [name, rule]));

const ofStream = fields('id platform title freshness tracking stats posts');

/** The fields that a share may ask for, of the types that have more than that. */
export const some: Readonly<Record<string, Readonly<Record<string, Rule | 'always'>>>> = {
  Query: {
    ...fields('account accounts topic channel'),
    ...fields(
      'hashtag hashtags hashtagNetwork fastestGrowingHashtags topHashtags explainTrend trendingStatus',
      trends,
    ),
    ...fields('trendingHashtags', trendsOfAll),
  },
  Subscription: {
    ...fields('streamUpdated newMoments newPosts', sharedStream),
    ...fields('trendingHashtags', trendsOfAll),
  },
  Account: {
    ...ofStream,
    ...fields('handle displayName description avatar avatarUrl url verified protected joinedAt'),
    ...fields('followers following reportedPosts'),
  },
  Topic: { ...ofStream, ...fields('query') },
  Channel: {
    ...ofStream,
    ...fields('login displayName description avatar avatarUrl url followers live collecting broadcasts'),
    ...fields('moments viewers chat chatter events eventCounts'),
  },
  Post: {
    ...fields(
      'id platform platformId url author stream kind text createdAt hourKnown language metrics history',
    ),
    ...fields(
      'hashtags mentions urls media emotes badges bits sentiment provider collectedAt parent quoted reposted',
    ),
  },
  Hashtag: fields('id tag posts authors firstSeenAt related series', trends),
  TrendExplanation: fields(
    'tag trending with beganAt beganBetween nearDuplicateShare topAuthorShare sentimentBefore sentimentAfter',
    trends,
  ),
};

/** When a share may ask for a field: those that nobody has thought of here, never. */
export function ruleOf(type: string, field: string): Rule | 'always' {
  if (whole.has(type)) return 'always';
  if (wholeTrends.has(type)) return trends;
  const allowed = some[type];
  return allowed !== undefined && Object.hasOwn(allowed, field) ? (allowed[field] ?? never) : never;
}

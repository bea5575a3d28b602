import type { Grant } from '../access/share-token.ts';
import { decodeGlobalId } from '../shared/global-id.ts';

/** Whether a share allows a field with these arguments. */
export type Rule = (share: Grant, args: Readonly<Record<string, unknown>>) => boolean;

const never: Rule = () => false;
const trends: Rule = (share) => share.trends;
/** Over all streams only: counts over chosen streams could reveal one that was not shared. */
const trendsOfAll: Rule = (share, { streams }) => share.trends && streams == null;
const sharedStream: Rule = ({ streamIds }, { id }) => streamIds.has(Number(decodeGlobalId(String(id)).id));

/**
 * Types of figures, and types of objects that belong to one object only: whoever may see that object may see every
 * field. A type that leads to objects of other streams is not in this list.
 */
export const openTypes: ReadonlySet<string> = new Set([
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

/** Such types of hashtags over all streams. */
export const openTrendTypes: ReadonlySet<string> = new Set([
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

/** The fields that a share may select, of the types that have other fields, too. */
export const openFields: Readonly<Record<string, Readonly<Record<string, Rule | 'always'>>>> = {
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

/** Returns when a share may select a field: never, when the lists above do not have it. */
export function ruleOf(type: string, field: string): Rule | 'always' {
  if (openTypes.has(type)) return 'always';
  if (openTrendTypes.has(type)) return trends;
  const allowed = openFields[type];
  return allowed !== undefined && Object.hasOwn(allowed, field) ? (allowed[field] ?? never) : never;
}

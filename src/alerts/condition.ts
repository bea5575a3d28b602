import type { AlertKind } from '../shared/alert.ts';
import type { PostKind, ProviderName } from '../shared/post.ts';
import type { SentimentLabel } from '../shared/sentiment.ts';
import type { Weekday } from '../shared/weekday.ts';

/** A search as it was given: `parseFilter` of `entities/post/parse-filter.ts` reads it at each evaluation. */
export type SavedSearch = {
  readonly search?: string;
  readonly authors?: readonly string[];
  readonly hashtags?: readonly string[];
  readonly kinds?: readonly PostKind[];
  readonly providers?: readonly ProviderName[];
  readonly languages?: readonly string[];
  readonly sentiment?: SentimentLabel;
  readonly hasMedia?: boolean;
  readonly minLikes?: number;
  readonly mentions?: readonly string[];
  readonly domains?: readonly string[];
  readonly emojis?: readonly string[];
  readonly clients?: readonly string[];
  readonly hours?: readonly number[];
  readonly weekdays?: readonly Weekday[];
  readonly timeZone?: string;
};

/** New own posts that match. */
export type PostsCondition = { readonly kind: 'POSTS'; readonly filter: SavedSearch };

/** Both hold of the window that ends now. */
export type BurstCondition = {
  readonly kind: 'BURST';
  /** In lower case, without #. */
  readonly tag: string;
  readonly windowMs: number;
  /** Standard scores above what is expected. */
  readonly minScore: number;
  readonly minPosts: number;
};

/** At least so many posts in the window, and so many times as many as usual. */
export type WordRateCondition = {
  readonly kind: 'WORD_RATE';
  /** A word or a phrase, as people type a search. */
  readonly word: string;
  readonly windowMs: number;
  readonly minPosts: number;
  /** Null: the number of posts alone decides. */
  readonly times: number | null;
};

/** A post has so many times the median of its account's posts before it. */
export type LikesCondition = {
  readonly kind: 'LIKES';
  readonly times: number;
  readonly minLikes: number;
  /** How old a post may be. */
  readonly withinMs: number;
};

/** Below the highest reading of the period by so many, or by so many per cent of it: one of the two. */
export type FollowersLostCondition = {
  readonly kind: 'FOLLOWERS_LOST';
  readonly count: number | null;
  readonly percent: number | null;
  readonly withinMs: number;
};

export type Condition =
  | PostsCondition
  | BurstCondition
  | WordRateCondition
  | LikesCondition
  | FollowersLostCondition;

/** What is computed now and then of an alert's past, and kept in its row. */
export type Memory = {
  /** Posts that use the word in a window as a rule; null while that cannot be told. */
  readonly usual: number | null;
  /** When that was computed, in milliseconds. */
  readonly usualAt: number;
};

/** Kinds that are evaluated each minute, since time alone changes what they measure. */
export const windowKinds: readonly AlertKind[] = ['BURST', 'WORD_RATE'];

/** Kinds that look at accounts only. */
export const accountKinds: readonly AlertKind[] = ['LIKES', 'FOLLOWERS_LOST'];

import type { AlertKind } from '../shared/alert.ts';
import type { PostKind, ProviderName } from '../shared/post.ts';
import type { SentimentLabel } from '../shared/sentiment.ts';
import type { Weekday } from '../shared/weekday.ts';

/** A search as the user gave it; `parseFilter` of `entities/post/parse-filter.ts` parses it at each evaluation. */
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

/** Both minimums apply to the window that ends now. */
export type BurstCondition = {
  readonly kind: 'BURST';
  /** In lower case, without #. */
  readonly tag: string;
  readonly windowMs: number;
  /** Standard scores above the expected number. */
  readonly minScore: number;
  readonly minPosts: number;
};

/** At least `minPosts` posts in the window, and `times` times the usual number. */
export type WordRateCondition = {
  readonly kind: 'WORD_RATE';
  /** A word or a phrase, as people type a search. */
  readonly word: string;
  readonly windowMs: number;
  readonly minPosts: number;
  /** Null: the number of posts alone decides. */
  readonly times: number | null;
};

/** A post has `times` times the median likes of its account's earlier posts. */
export type LikesCondition = {
  readonly kind: 'LIKES';
  readonly times: number;
  readonly minLikes: number;
  /** How old a post may be. */
  readonly withinMs: number;
};

/** The loss since the highest reading of the period; either `count` or `percent` is set. */
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

/** Facts about an alert's past, recomputed now and then and stored in its row. */
export type Memory = {
  /** The usual number of posts per window that use the word; null while it is unknown. */
  readonly usual: number | null;
  /** When that was computed, in milliseconds. */
  readonly usualAt: number;
};

/** Kinds that are evaluated each minute, because their result changes with time alone. */
export const windowKinds: readonly AlertKind[] = ['BURST', 'WORD_RATE'];

/** Kinds that watch accounts only. */
export const accountKinds: readonly AlertKind[] = ['LIKES', 'FOLLOWERS_LOST'];

import { estimateImpressions } from '../../shared/metrics.ts';
import { postKey, sentAtOf, xKey } from '../../shared/post-key.ts';
import type { AuthorRef } from '../../shared/author-ref.ts';
import type { EnrichedPost, Metrics, Platform, PostKind, ProviderName } from '../../shared/post.ts';
import { packEmotes } from '../../shared/stored-emotes.ts';
import { joinList } from '../../shared/stored-lists.ts';

/** Stored metrics: estimated impressions are marked. */
export type StoredMetrics = Metrics & { readonly impressionsEstimated: boolean };

/** A row of `posts`. Instants are milliseconds; sentiment is ten-thousandths, null when unscored. */
export type PostRow = StoredMetrics & {
  readonly postId: string;
  /** The platform's own id of a chat message; null on X, whose ids are part of `postId`. */
  readonly platformId: string | null;
  readonly createdAt: number;
  /** Whether only the day is known: `createdAt` is then its start in UTC. */
  readonly hourUnknown: boolean;
  /** When the figures were seen. */
  readonly observedAt: number;
  /** The time of the newest sighting that contributed to the row. */
  readonly seenAt: number;
  /**
   * JSON text: for facts that the newest sighting omits, the milliseconds at which they were last reported, by name.
   */
  readonly toldAt: string | null;
  readonly bits: number;
  /** For a chat message: see `ChatExtras`. Null: unknown. */
  readonly isFirst: boolean | null;
  readonly isReturning: boolean | null;
  readonly sentiment: number | null;
  readonly own: boolean;
  readonly kind: PostKind;
  readonly provider: ProviderName;
  readonly authorId: string;
  readonly text: string;
  readonly language: string | null;
  readonly client: string | null;
  readonly replyTo: string | null;
  readonly repostOf: string | null;
  readonly parentId: string | null;
  readonly quotedId: string | null;
  readonly repostedId: string | null;
  readonly hashtags: readonly string[];
  readonly mentions: readonly string[];
  readonly cashtags: readonly string[];
  readonly urls: readonly string[];
  readonly domains: readonly string[];
  readonly emoji: readonly string[];
  readonly words: readonly string[];
  /** JSON text. */
  readonly media: string | null;
  readonly emotes: string | null;
  readonly badges: readonly string[] | null;
  /**
   * The version of the rules by which its text was indexed; null: those of release 0.1.0, in which Postgres split the
   * text.
   */
  readonly searchRules: number | null;
};

/** Version of the rules of `searchVector`. Raise it with each change, so that posts are indexed again. */
export const searchRules = 1;

/** A post's list in stored form: an empty list of a chat message becomes null, which takes no space. */
export const listOf = ({ kind }: Pick<PostRow, 'kind'>, list: readonly string[]): readonly string[] | null =>
  kind === 'MESSAGE' && list.length === 0 ? null : list;

/** A list or a text: one is stored, the other is null. */
type TextOrList = { readonly text: string | null; readonly list: readonly string[] | null };

/** The words of a post in stored form. */
export function wordsOf(row: Pick<PostRow, 'kind' | 'words'>): TextOrList {
  const text = row.kind === 'MESSAGE' ? joinList('words', row.words) : null;
  return { text, list: text === null ? listOf(row, row.words) : null };
}

/** The badges of a post in stored form. */
export function badgesOf({ kind, badges }: Pick<PostRow, 'kind' | 'badges'>): TextOrList {
  const text = kind === 'MESSAGE' && badges !== null ? joinList('badges', badges) : null;
  return { text, list: text === null ? badges : null };
}

/** An author's key: the platform's id, or `@handle` when only the handle is known. */
export function authorKey(author: Pick<AuthorRef, 'platformId' | 'handle'>): string {
  return author.platformId ?? `@${author.handle.toLowerCase()}`;
}

/**
 * The row of a post, with its key. Metrics are listed one by one: spreading them was visible in the profile of an
 * import.
 */
export function toRow(
  platform: Platform,
  provider: ProviderName,
  post: EnrichedPost,
  postId = postKey(platform, post),
): PostRow {
  // A message refers to another by the platform's id alone, which does not give its key: reads look it up.
  const key = (id: string | null | undefined) => (id ? (platform === 'X' ? xKey(id) : id) : null);
  const metrics = storedMetrics(post);
  return {
    likes: metrics.likes,
    reposts: metrics.reposts,
    replies: metrics.replies,
    quotes: metrics.quotes,
    bookmarks: metrics.bookmarks,
    impressions: metrics.impressions,
    impressionsEstimated: metrics.impressionsEstimated,
    postId,
    platformId: platform === 'X' ? null : post.platformId,
    createdAt: platform === 'X' ? post.createdAt : sentAtOf(postId),
    hourUnknown: post.hourUnknown,
    observedAt: post.observedAt,
    seenAt: post.observedAt,
    toldAt: null,
    bits: post.chat?.bits ?? 0,
    isFirst: post.chat?.isFirst ?? null,
    isReturning: post.chat?.isReturning ?? null,
    sentiment: post.sentiment === null ? null : Math.round(post.sentiment * 10_000),
    own: post.own,
    kind: post.kind,
    provider,
    authorId: authorKey(post.author),
    text: post.text,
    language: post.language,
    client: post.client,
    replyTo: post.replyTo?.handle?.toLowerCase() ?? null,
    repostOf: post.repostOf?.handle.toLowerCase() ?? null,
    parentId: key(post.replyTo?.postId),
    quotedId: key(post.quoteOf),
    repostedId: key(post.repostOf?.postId),
    hashtags: post.hashtags,
    mentions: post.mentions,
    cashtags: post.cashtags,
    urls: post.urls,
    domains: post.domains,
    emoji: post.emoji,
    words: post.words,
    media: post.media.length > 0 ? JSON.stringify(post.media) : null,
    emotes: post.chat && packEmotes(post.chat.emotes),
    badges: post.chat && post.chat.badges.length > 0 ? post.chat.badges : null,
    searchRules,
  };
}

/** A repost's figures belong to the original, whatever the source says: none are stored. */
function storedMetrics(post: EnrichedPost): StoredMetrics {
  if (post.kind === 'REPOST') return noMetrics;
  return withEstimate(post.metrics);
}

/** Measured impressions, otherwise a marked estimate. */
export function withEstimate(measured: Metrics): StoredMetrics {
  const { likes, reposts, replies, quotes, bookmarks } = measured;
  const impressions = measured.impressions ?? estimateImpressions(measured);
  const impressionsEstimated = measured.impressions === null && impressions !== null;
  return { likes, reposts, replies, quotes, bookmarks, impressions, impressionsEstimated };
}

/** The platform's own figures: stored metrics without the estimate. */
export function measuredMetrics(stored: StoredMetrics): Metrics {
  const { likes, reposts, replies, quotes, bookmarks } = stored;
  const impressions = stored.impressionsEstimated ? null : stored.impressions;
  return { likes, reposts, replies, quotes, bookmarks, impressions };
}

/** No known metrics, as for reposts. */
export const noMetrics: StoredMetrics = {
  likes: null,
  reposts: null,
  replies: null,
  quotes: null,
  bookmarks: null,
  impressions: null,
  impressionsEstimated: false,
};

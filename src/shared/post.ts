import type { AuthorRef } from './author-ref.ts';
import type { ChannelEvent } from './channel-event.ts';
import { isNameOf } from './names.ts';

/** The platforms, with the API's descriptions. */
export const platforms = {
  X: { description: 'X, once Twitter: accounts and topics.' },
  TWITCH: { description: 'Twitch: channels, whose posts are the messages of their chat.' },
} as const;
export type Platform = keyof typeof platforms;

/** Whether an untrusted text names a platform. */
export const isPlatform = (text: string): text is Platform => isNameOf(platforms, text);

/** The sources of posts, with the API's descriptions. */
export const providerNames = {
  X_API: { description: "X's own API." },
  X_SCRAPER: { description: "What X's web client reads." },
  SOCIALDATA: { description: 'SocialData.tools, which sells posts of X.' },
  X_ARCHIVE: { description: 'The archive of their own posts that X gives its users.' },
  TWITCH_EVENTSUB: { description: "Twitch's own events, over a WebSocket." },
  TWITCH_IRC: { description: "Twitch's chat as anybody can read it, by IRC." },
  TWITCH_LOG: { description: 'A log of a chat.' },
  SYNTHETIC: { description: 'Made up by larkstat, to try it out.' },
} as const;
export type ProviderName = keyof typeof providerNames;

/** The kinds of posts, with the API's descriptions. */
export const postKinds = {
  ORIGINAL: { description: 'A post of its own: no reply, repost or quote.' },
  REPLY: { description: 'An answer to a post.' },
  REPOST: { description: 'A post that passes on another one unchanged.' },
  QUOTE: { description: "A post passed on with words of one's own." },
  MESSAGE: { description: 'A message in a chat.' },
} as const;
export type PostKind = keyof typeof postKinds;

/** A post's figures as the platform reported them; null when the source does not have them, 0 when there were none. */
export type Metrics = {
  readonly likes: number | null;
  readonly reposts: number | null;
  readonly replies: number | null;
  readonly quotes: number | null;
  readonly bookmarks: number | null;
  readonly impressions: number | null;
};

/** Figures of a source that has none. */
export const unknownMetrics: Metrics = {
  likes: null,
  reposts: null,
  replies: null,
  quotes: null,
  bookmarks: null,
  impressions: null,
};

export type Media = {
  readonly kind: 'PHOTO' | 'VIDEO' | 'GIF';
  readonly url: string;
  readonly previewUrl: string | null;
  readonly alt: string | null;
};

/** Terms that the source itself lists for a post, without their sigils, as written. URLs are expanded. */
export type Entities = {
  readonly hashtags: readonly string[];
  readonly mentions: readonly string[];
  readonly cashtags: readonly string[];
  readonly urls: readonly string[];
};

/** An emote in a chat message. */
export type ChatEmote = {
  readonly name: string;
  readonly imageUrl: string | null;
  /**
   * Its position in the text, in UTF-16 units. Left out when unknown: then each whole word that equals the name is the
   * emote.
   */
  readonly start?: number;
};

/** The fields that only chat messages have. */
export type ChatExtras = {
  /** In the order of the text. */
  readonly emotes: readonly ChatEmote[];
  /** e.g. subscriber/12 */
  readonly badges: readonly string[];
  readonly bits: number;
  /**
   * Whether it is the author's first message in the channel, and whether they return after a long time; null: unknown.
   */
  readonly isFirst: boolean | null;
  readonly isReturning: boolean | null;
  /** Whether it was written with /me. */
  readonly isAction: boolean;
  /** How many months the author has subscribed for; null when unknown, or without a subscription. */
  readonly subscribedMonths: number | null;
  /** The author's colour as #RRGGBB; null when none was chosen, or it is unknown. */
  readonly color: string | null;
};

/**
 * A post in the common format of all providers. Instants are milliseconds since 1970 UTC; ids are the platform's own,
 * as decimal strings or UUIDs.
 */
export type NormalisedPost = {
  readonly platformId: string;
  readonly author: AuthorRef;
  /** Whether `Stats` counts it: the account that the stream follows wrote it. */
  readonly own: boolean;
  readonly kind: PostKind;
  /** As people read it: HTML entities resolved, t.co links expanded, links to its own media left out. */
  readonly text: string;
  readonly createdAt: number;
  /** True when only the day is known: `createdAt` is then 00:00 UTC of that day. Default: false. */
  readonly hourUnknown?: boolean;
  /**
   * ISO 639-1 according to the source; null when the source says undetermined; undefined when it says nothing, so that
   * the language is detected.
   */
  readonly language: string | null | undefined;
  readonly metrics: Metrics;
  /** When the metrics were read from the platform. */
  readonly observedAt: number;
  /** Null when the source lists none, so that they are extracted from the text. */
  readonly entities: Entities | null;
  readonly media: readonly Media[];
  readonly replyTo: {
    readonly postId: string | null;
    readonly authorId: string | null;
    readonly handle: string | null;
  } | null;
  /** For a REPOST, the author's handle and the id of the original as far as known; null when the author is unknown. */
  readonly repostOf: { readonly handle: string; readonly postId: string | null } | null;
  /** The post that a QUOTE quotes, if known. */
  readonly quoteOf: string | null;
  /** The app posted with, e.g. "Twitter for iPhone". */
  readonly client: string | null;
  /**
   * Whether the source says that the platform withholds the post somewhere, so that its text may be a notice. Left out
   * when the source does not say.
   */
  readonly withheld?: boolean;
  readonly chat: ChatExtras | null;
  /** The raw payload, as JSON text or its UTF-8 bytes; stored so that a later parser can read it again. */
  readonly raw: string | Buffer | null;
};

/**
 * A post that may not be parsed yet: most posts of an import wait as raw bytes. A chat message also has its time, which
 * its key needs, and its author, whose messages may have been deleted.
 */
export type Identified = Pick<NormalisedPost, 'platformId'> &
  Partial<Pick<NormalisedPost, 'createdAt' | 'author'>>;

/** A post with all derived data. Terms are in lower case, distinct, in order of first use, without sigils. */
export type EnrichedPost = Omit<NormalisedPost, 'language' | 'entities' | 'hourUnknown'> & {
  /** Whether only the day is known. */
  readonly hourUnknown: boolean;
  readonly hashtags: readonly string[];
  readonly mentions: readonly string[];
  readonly cashtags: readonly string[];
  /** As written, expanded, distinct. */
  readonly urls: readonly string[];
  /** Hosts of the links, without www. */
  readonly domains: readonly string[];
  /** Whole graphemes. */
  readonly emoji: readonly string[];
  /** Words without stop words, links, hashtags and mentions; empty for a repost. */
  readonly words: readonly string[];
  /** ISO 639-1; null when undetermined. */
  readonly language: string | null;
  /** -1 (most negative) to 1 (most positive), at most 4 decimals; null when its language has no lexicon. */
  readonly sentiment: number | null;
};

/** An account as its platform described it at `observedAt`. Null means unknown. */
export type AccountProfile = {
  readonly platform: Platform;
  readonly platformId: string | null;
  readonly handle: string;
  readonly displayName: string | null;
  readonly description: string | null;
  readonly avatarUrl: string | null;
  readonly verified: boolean | null;
  readonly protected: boolean | null;
  readonly joinedAt: number | null;
  readonly followers: number | null;
  readonly following: number | null;
  readonly reportedPosts: number | null;
  readonly observedAt: number;
};

/** The period that a complete export covers. Milliseconds since 1970. */
export type Covered = {
  /** When it was made. */
  readonly madeAt: number;
  /** Every post up to this instant is in it, unless it was deleted. */
  readonly until: number;
};

/** A record that was rejected: its place and the reason. */
export type Rejection = { readonly where: string; readonly reason: string };

/**
 * The platform's ids of the versions of an edited post: at least two, including the first. Later versions may not be
 * known yet.
 */
export type Versions = readonly string[];

/** A provider's page: posts, and the cursor that continues after them. */
export type Page<Post = NormalisedPost> = {
  /** Null for a topic. */
  readonly account: AccountProfile | null;
  readonly posts: readonly Post[];
  readonly rejected: readonly Rejection[];
  /** The platform's ids of deleted posts, if any are known. */
  readonly deleted?: readonly string[];
  /** Known edits of posts, on this page or not. */
  readonly edits?: readonly Versions[];
  /** Events of the channel, including deletions. */
  readonly events?: readonly ChannelEvent[];
  /** Opaque except to the provider; pass it back to continue after this page. */
  readonly cursor: string;
  /** Expected posts in all pages; null when unknown. */
  readonly total: number | null;
};

import type { AuthorRef } from './author-ref.ts';
import type { ChannelEvent } from './channel-event.ts';
import { isNameOf } from './names.ts';

/** Where a stream lives, with the sentence that the API says of each. */
export const platforms = {
  X: { description: 'X, once Twitter: accounts and topics.' },
  TWITCH: { description: 'Twitch: channels, whose posts are the messages of their chat.' },
} as const;
export type Platform = keyof typeof platforms;

/** Whether a text from outside names a platform. */
export const isPlatform = (text: string): text is Platform => isNameOf(platforms, text);

/** Where a post was collected from, with the sentence that the API says of each. */
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

/** What a post is, with the sentence that the API says of each. */
export const postKinds = {
  ORIGINAL: { description: 'A post of its own: no reply, repost or quote.' },
  REPLY: { description: 'An answer to a post.' },
  REPOST: { description: 'A post passed on as it is.' },
  QUOTE: { description: "A post passed on with words of one's own." },
  MESSAGE: { description: 'A message in a chat.' },
} as const;
export type PostKind = keyof typeof postKinds;

/** Figures of a post as the platform reported them; null when the source does not tell, 0 when there were none. */
export type Metrics = {
  readonly likes: number | null;
  readonly reposts: number | null;
  readonly replies: number | null;
  readonly quotes: number | null;
  readonly bookmarks: number | null;
  readonly impressions: number | null;
};

/** Figures of which the source tells none. */
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
  /** Where it stands in the text, in UTF-16 units. Not given: unknown; each whole word that is its name is the emote. */
  readonly start?: number;
};

/** What only chat messages have. */
export type ChatExtras = {
  /** In the order of the text. */
  readonly emotes: readonly ChatEmote[];
  /** e.g. subscriber/12 */
  readonly badges: readonly string[];
  readonly bits: number;
  /** Whether it is the author's first message in the channel, and whether they are back after long; null: not told. */
  readonly isFirst: boolean | null;
  readonly isReturning: boolean | null;
  /** Whether it was written with /me. */
  readonly isAction: boolean;
  /** How many months the author has subscribed for; null when not told, or they do not subscribe. */
  readonly subscribedMonths: number | null;
  /** The author's colour as #RRGGBB; null when none was chosen, or told. */
  readonly color: string | null;
};

/**
 * A post as every provider delivers it, whatever its wire looks like.
 * Instants are milliseconds since 1970 UTC; ids are the platform's own, as decimal strings or UUIDs.
 */
export type NormalisedPost = {
  readonly platformId: string;
  readonly author: AuthorRef;
  /** Whether `Stats` counts it: written by the account that the stream follows. */
  readonly own: boolean;
  readonly kind: PostKind;
  /** As people read it: HTML entities resolved, t.co links expanded, links to its own media left out. */
  readonly text: string;
  readonly createdAt: number;
  /** True where the source tells the day only: `createdAt` is then 00:00 UTC of it. Default: false. */
  readonly hourUnknown?: boolean;
  /** ISO 639-1 as the source says; null when it says undetermined; undefined when it does not say, so that it is detected. */
  readonly language: string | null | undefined;
  readonly metrics: Metrics;
  /** When the metrics were read at the platform. */
  readonly observedAt: number;
  /** Null when the source lists none, so that they are extracted from the text. */
  readonly entities: Entities | null;
  readonly media: readonly Media[];
  readonly replyTo: {
    readonly postId: string | null;
    readonly authorId: string | null;
    readonly handle: string | null;
  } | null;
  /** Of a REPOST: whose post it is, and which, as far as the source tells; null when it does not tell whose. */
  readonly repostOf: { readonly handle: string; readonly postId: string | null } | null;
  /** The post that a QUOTE quotes, where the source tells. */
  readonly quoteOf: string | null;
  /** The app posted with, e.g. "Twitter for iPhone". */
  readonly client: string | null;
  /** Whether the source says that the platform withholds the post somewhere: its text may be a notice. Not given: it does not say. */
  readonly withheld?: boolean;
  readonly chat: ChatExtras | null;
  /** The payload as it came, JSON text or its UTF-8 bytes; kept so that a better parser can read it again. */
  readonly raw: string | Buffer | null;
};

/**
 * What has an id before it has been read: most posts of an import wait as the bytes that they came as. A message of a
 * chat has its time, too, as its key is made of both, and its author, whose messages may have been taken away.
 */
export type Identified = Pick<NormalisedPost, 'platformId'> &
  Partial<Pick<NormalisedPost, 'createdAt' | 'author'>>;

/** A post with everything that is derived from it. Terms are lower case, distinct, in order of first use, without sigils. */
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

/** Who an account is, as its platform described it at `observedAt`. Null: the source does not tell. */
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

/** What an export covers that holds all posts of its account. Milliseconds since 1970. */
export type Covered = {
  /** When it was made. */
  readonly madeAt: number;
  /** A post that was written up to then is in it for certain, unless it was deleted. */
  readonly until: number;
};

/** A record that could not be read: where it stands, and why it was kept out. */
export type Rejection = { readonly where: string; readonly reason: string };

/**
 * The platform's ids of one post that was edited, each of a version of it: at least two, the first version's among them.
 * There may be later ones that are not known yet.
 */
export type Versions = readonly string[];

/** What a provider yields: posts, and the cursor that goes on after them. */
export type Page<Post = NormalisedPost> = {
  /** Null for a topic. */
  readonly account: AccountProfile | null;
  readonly posts: readonly Post[];
  readonly rejected: readonly Rejection[];
  /** The platform's ids of posts that were deleted there; not given: nothing is known of any. */
  readonly deleted?: readonly string[];
  /** What is known of edits, of posts of this page and others; not given: nothing. */
  readonly edits?: readonly Versions[];
  /** What happened in the channel beside its messages, deletions among it; not given: nothing. */
  readonly events?: readonly ChannelEvent[];
  /** Opaque to everybody but the provider; given back to go on after this page. */
  readonly cursor: string;
  /** Posts expected in all pages together; null when unknown. */
  readonly total: number | null;
};

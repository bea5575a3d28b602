import type { ChatEmote, Media, Metrics, Platform, PostKind, ProviderName } from '../../shared/post.ts';
import type { AuthorRow } from '../author/query.ts';

/** Metrics as they were at one time. */
export type MetricsRow = Metrics & {
  readonly observedAt: Date;
  /** Whether `impressions` is our estimate. */
  readonly impressionsEstimated: boolean;
};

/** A post as resolvers read it. */
export type PostRow = MetricsRow & {
  readonly streamId: number;
  readonly postId: string;
  /** The platform's own id of a chat message; null on X, whose ids are in `postId`. */
  readonly platformId: string | null;
  readonly platform: Platform;
  readonly createdAt: Date;
  /** Whether only the day is known. */
  readonly hourUnknown: boolean;
  readonly collectedAt: Date;
  readonly engagement: number | null;
  /** Ten-thousandths. */
  readonly sentiment: number | null;
  readonly kind: PostKind;
  readonly provider: ProviderName;
  readonly authorId: string;
  /** The author as the stream knows them, when they were read with the post. */
  readonly author?: AuthorRow;
  readonly text: string;
  readonly language: string | null;
  readonly parentId: string | null;
  readonly quotedId: string | null;
  readonly repostedId: string | null;
  readonly hashtags: readonly string[];
  readonly mentions: readonly string[];
  readonly urls: readonly string[];
  readonly media: readonly Media[] | null;
  readonly emotes: readonly ChatEmote[];
  readonly badges: readonly string[] | null;
  readonly bits: number;
  /** The sort value of the requested order; null when it sorts by time. */
  readonly rank: number | null;
  /** From when on hits of the search are ranked, when not all are (see `relevance.ts`). */
  readonly rankedFrom?: string;
};

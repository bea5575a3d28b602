import type { AccountProfile, NormalisedPost, Rejection, Versions } from '../shared/post.ts';

/** The providers that fetch from X over the network. */
export const fetchProviderNames = ['X_API', 'SOCIALDATA', 'X_SCRAPER'] as const;
export type FetchProviderName = (typeof fetchProviderNames)[number];

/** What to fetch. An account is asked for by its id when the id is known, since handles change hands. */
export type FetchTarget =
  /** An account's own timeline. */
  | { readonly kind: 'timeline'; readonly account: AccountProfile }
  /** The results of a search on X. */
  | { readonly kind: 'search'; readonly query: string }
  /** Replies to a post at any depth. Posts by the account are `own`. */
  | { readonly kind: 'replies'; readonly rootId: string; readonly account: AccountProfile };

/** The part of the target to fetch: posts with sinceId < id < untilId, newest first. */
export type Reach = {
  /** Null: back to the beginning, or to the provider's limit. */
  readonly sinceId: string | null;
  /** Null: from now. Every provider can begin here, so one provider can continue where another stopped. */
  readonly untilId: string | null;
  /**
   * The cursor of this provider's last page; null to begin at `untilId`. A cursor that X has forgotten counts as null.
   */
  readonly cursor: string | null;
  /** How many posts to ask for; a page may bring more. Null: a full page. */
  readonly want: number | null;
};

/** One page; a provider may need a few requests for it. */
export type FetchedPage = {
  /** The posts within the reach, newest first, each once, without promoted posts. */
  readonly posts: readonly NormalisedPost[];
  readonly rejected: readonly Rejection[];
  /** Null: this was the last page. */
  readonly cursor: string | null;
  /**
   * Every post of the reach with this id or a greater one has been delivered, in this page or before. Null when the
   * page had no post of the reach. Pinned posts do not count.
   */
  readonly through: string | null;
  /** On the last page: whether `sinceId` or the beginning was reached, or the provider serves nothing older (LIMIT). */
  readonly end: 'REACHED' | 'LIMIT' | null;
  /** Ids within the reach that the provider reports as deleted; hidden posts are not listed. */
  readonly deleted: readonly string[];
  /** Edits that the page reports. */
  readonly edits?: readonly Versions[];
  readonly cost: Cost;
};

/** What one call delivered, in the units of the provider's price list. */
export type Cost = {
  readonly requests: number;
  /**
   * Ids of all posts that were delivered, including posts that were not asked for. Some providers charge each post once
   * a day.
   */
  readonly postIds: readonly string[];
  /** Users delivered. */
  readonly users: number;
};

/** The current state of posts that were asked for by id. */
export type Lookup = {
  readonly posts: readonly NormalisedPost[];
  readonly rejected: readonly Rejection[];
  /** Ids that the provider reports as deleted. Hidden posts (of a protected author) are in neither list. */
  readonly deleted: readonly string[];
  /** Edits that the answer reports. */
  readonly edits?: readonly Versions[];
  /** Ids without an answer, because a request failed after others had succeeded. Ask for them again. */
  readonly unanswered: readonly string[];
  readonly cost: Cost;
};

/** Options of every call. */
export type Call = {
  /** Aborted when the job is cancelled; the provider's own time limit is added to it. */
  readonly signal: AbortSignal;
  /** Called with what was delivered before a call failed, which is charged all the same. Optional. */
  readonly charge?: (cost: Cost) => void;
};

/**
 * A source of posts on X. Each method sends the requests of one page; the caller counts, spaces, retries, and falls
 * back to another provider. Every failure is a `ProviderError`.
 */
export type FetchProvider = {
  readonly name: FetchProviderName;
  /** The most ids that one lookup takes; null when the provider has no lookup. */
  readonly lookupSize: number | null;
  /** The most posts that a page of this target can hold, even when `want` is larger. Used to estimate the price. */
  pageSize(kind: FetchTarget['kind'], want?: number): number;
  /** Why the provider can't fetch this kind of target, in words for people; null when it can. */
  obstacle(kind: FetchTarget['kind']): string | null;
  /** Fetches an account's current profile. With an id, the handle may be outdated. */
  profile(
    who: { readonly handle: string; readonly platformId: string | null },
    call: Call,
  ): Promise<{ readonly account: AccountProfile; readonly cost: Cost }>;
  page(target: FetchTarget, reach: Reach, call: Call): Promise<FetchedPage>;
  /** Looks up at most `lookupSize` ids. Posts by `account` are `own`; null: all are. */
  lookup(ids: readonly string[], account: AccountProfile | null, call: Call): Promise<Lookup>;
  /** When the provider's rate limit ends for this kind of request, in ms since 1970; null when there is room now. */
  limitedUntil(kind: FetchTarget['kind'] | 'profile' | 'lookup'): number | null;
};

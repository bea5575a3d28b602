import type { AccountProfile, NormalisedPost, Rejection, Versions } from '../shared/post.ts';

/** The providers that fetch from X while one waits. */
export const fetchProviderNames = ['X_API', 'SOCIALDATA', 'X_SCRAPER'] as const;
export type FetchProviderName = (typeof fetchProviderNames)[number];

/** Whose posts, or which. An account is asked for by its id where that is known, since handles change hands. */
export type FetchTarget =
  /** An account's own timeline. */
  | { readonly kind: 'timeline'; readonly account: AccountProfile }
  /** What matches a search on X. */
  | { readonly kind: 'search'; readonly query: string }
  /** Replies to a post at any depth, of which the account's own are `own`. */
  | { readonly kind: 'replies'; readonly rootId: string; readonly account: AccountProfile };

/** Which part of it: posts with sinceId < id < untilId, newest first. */
export type Reach = {
  /** Null: back to the beginning, or to the provider's limit. */
  readonly sinceId: string | null;
  /** Null: from now. Any provider can begin here, so that one goes on where another stopped. */
  readonly untilId: string | null;
  /** What this provider gave to go on from; null to begin at `untilId`. One that X has forgotten counts as null. */
  readonly cursor: string | null;
  /** Posts that are wanted at most; a page may bring more. Null: as many as a page holds. */
  readonly want: number | null;
};

/** One answer, or the few that make a page. */
export type FetchedPage = {
  /** Within the reach, newest first, each once; without what others paid to have shown. */
  readonly posts: readonly NormalisedPost[];
  readonly rejected: readonly Rejection[];
  /** Null: this was the last page. */
  readonly cursor: string | null;
  /**
   * Every post of the reach with this id or a greater one has been delivered, in this page or before. Null when the
   * page told of none. A pinned post does not move it.
   */
  readonly through: string | null;
  /** On the last page: whether `sinceId` or the beginning was reached, or the provider knows no more (its LIMIT). */
  readonly end: 'REACHED' | 'LIMIT' | null;
  /** Ids in the reach whose posts the provider says are gone: deleted, not merely hidden. */
  readonly deleted: readonly string[];
  /** What the page tells of edits; not given: nothing. */
  readonly edits?: readonly Versions[];
  readonly cost: Cost;
};

/** What the provider's price list counts, of one call. */
export type Cost = {
  readonly requests: number;
  /** Ids of all posts that were delivered, also those beside the ones asked for: some charge each once a day. */
  readonly postIds: readonly string[];
  /** Users delivered. */
  readonly users: number;
};

/** Posts as they stand now, by id. */
export type Lookup = {
  readonly posts: readonly NormalisedPost[];
  readonly rejected: readonly Rejection[];
  /** Asked for and said to be gone. Those that are merely hidden (a protected author) are in neither list. */
  readonly deleted: readonly string[];
  /** What the answer tells of edits; not given: nothing. */
  readonly edits?: readonly Versions[];
  /** Ids that were not answered, since a request failed after others were answered: to be asked for again. */
  readonly unanswered: readonly string[];
  readonly cost: Cost;
};

/** What a call may need beside its subject. */
export type Call = {
  /** Aborted when the job is cancelled; the provider's own time limit is added to it. */
  readonly signal: AbortSignal;
  /** Told what was delivered, if anything was, before a call failed: it is charged all the same. Not given: nobody books it. */
  readonly charge?: (cost: Cost) => void;
};

/**
 * Where posts are fetched from. Every method is one page's worth of requests: whoever calls it counts, spaces,
 * retries and goes on elsewhere. What goes wrong is a `ProviderError`.
 */
export type FetchProvider = {
  readonly name: FetchProviderName;
  /** Posts that one lookup takes; null when the provider has no lookup. */
  readonly lookupSize: number | null;
  /** Posts that a page of the target holds at most, also where so many are wanted: for telling the price beforehand. */
  pageSize(kind: FetchTarget['kind'], want?: number): number;
  /** What keeps the provider from this kind of target, for people; null when nothing does. */
  obstacle(kind: FetchTarget['kind']): string | null;
  /** Who an account is now. By the id where it is given: then the handle may be an old one. */
  profile(
    who: { readonly handle: string; readonly platformId: string | null },
    call: Call,
  ): Promise<{ readonly account: AccountProfile; readonly cost: Cost }>;
  page(target: FetchTarget, reach: Reach, call: Call): Promise<FetchedPage>;
  /** At most `lookupSize` ids. `account` says whose posts are `own`; null: all are. */
  lookup(ids: readonly string[], account: AccountProfile | null, call: Call): Promise<Lookup>;
  /** Until when the provider's own count allows nothing more of this kind, ms since 1970; null when it does. */
  limitedUntil(kind: FetchTarget['kind'] | 'profile' | 'lookup'): number | null;
};

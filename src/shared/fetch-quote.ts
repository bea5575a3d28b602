import type { Fetchable } from './fetchable.ts';
import type { ProviderName } from './post.ts';
import type { Refresh } from './refresh.ts';

/** The estimate of a fetch by one provider. */
export type FetchQuote = {
  readonly provider: ProviderName;
  /** New posts, posts whose metrics are refreshed, and replies. */
  readonly posts: number;
  readonly requests: number;
  readonly usd: number;
  readonly seconds: number;
  /** A remark for people; null without one. */
  readonly note: string | null;
};

/** The fetch to estimate. */
export type QuoteRequest = {
  readonly target: Fetchable;
  /** Whether to fetch back to the beginning, not only to the known posts. */
  readonly full: boolean;
  /** Most posts to fetch; null: all. */
  readonly limit: number | null;
  /** Which stored posts of an account to refresh. */
  readonly refresh: Refresh;
};

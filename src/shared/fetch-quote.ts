import type { Fetchable } from './fetchable.ts';
import type { ProviderName } from './post.ts';
import type { Refresh } from './refresh.ts';

/** What a fetch would take by one provider. */
export type FetchQuote = {
  readonly provider: ProviderName;
  /** New posts, posts whose metrics are refreshed, and replies. */
  readonly posts: number;
  readonly requests: number;
  readonly usd: number;
  readonly seconds: number;
  /** What to know about it, for people. */
  readonly note: string | null;
};

/** What a fetch is asked for. */
export type QuoteRequest = {
  readonly target: Fetchable;
  /** Back to the beginning, not only to what is known. */
  readonly full: boolean;
  /** Posts to fetch at most; null: as many as there are. */
  readonly limit: number | null;
  /** Which stored posts of an account are asked for again. */
  readonly refresh: Refresh;
};

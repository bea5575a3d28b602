import type { Price } from '../shared/price.ts';
import type { FetchProviderName } from './fetch-provider.ts';

/** Settings of the providers that fetch: addresses, prices, budgets and keys. */
export type ProviderConfig = {
  /** The order in which providers are asked. Providers with incomplete settings are left out. */
  readonly order: 'cheapest' | readonly FetchProviderName[];
  readonly prices: Readonly<Record<FetchProviderName, Price>>;
  /** US dollars a month (UTC); null without a limit. */
  readonly budgets: Readonly<Record<FetchProviderName, number | null>>;
  /** Handles, in lower case, of the accounts whose posts cost `ownPost`. */
  readonly ownHandles: readonly string[];
  /** Time limit of one request. */
  readonly timeoutMs: number;
  readonly xApi: { readonly token: string | null; readonly url: string };
  readonly socialData: { readonly key: string | null; readonly url: string };
  readonly scraper: {
    readonly on: boolean;
    /** Null: X's own hosts. */
    readonly url: string | null;
    readonly cookies: string | null;
    readonly robots: 'respect' | 'ignore';
    readonly spacingMs: number;
  };
};

/** Prices of July 2026. SocialData charges users at the price of posts. */
export const defaultPrices: Readonly<Record<FetchProviderName, Price>> = {
  X_API: { post: 0.005, ownPost: 0.001, user: 0.01, oncePerDay: true },
  SOCIALDATA: { post: 0.0002, ownPost: 0.0002, user: 0.0002, oncePerDay: false },
  X_SCRAPER: { post: 0, ownPost: 0, user: 0, oncePerDay: false },
};

import type { FetchProvider } from '../providers/fetch-provider.ts';
import { ProviderError } from '../providers/provider-error.ts';
import type { Price } from '../shared/price.ts';
import type { Spending } from './spending.ts';

/**
 * Returns how many posts an account says it has; null when it does not say, or no provider can be asked. Throws
 * NOT_FOUND and the like.
 */
export type CountPosts = (handle: string) => Promise<number | null>;

type Known = { readonly at: number; readonly posts: Promise<number | null> };

/** How long an answer is reused, so that it is not paid for again. */
const keptMs = 15 * 60_000;
/** Time limit of a request, since a user waits for it. */
const timeoutMs = 5_000;
const mostKept = 1_000;

type Asking = {
  readonly providers: readonly FetchProvider[];
  readonly prices: Readonly<Record<FetchProvider['name'], Price>>;
  readonly spending: Spending;
  readonly now?: () => number;
};

/**
 * Looks up how many posts an account has, by the provider with the cheapest profiles, else by the next. It is paid for
 * and counted like any request. Callers who ask for the same account meanwhile, or soon after, get the same answer.
 */
export function openPostCounts({ providers, prices, spending, now = Date.now }: Asking): CountPosts {
  const known = new Map<string, Known>();
  const sorted = [...providers].sort((a, b) => prices[a.name].user - prices[b.name].user);

  async function ask(handle: string): Promise<number | null> {
    for (const provider of sorted) {
      const limitedUntil = provider.limitedUntil('profile');
      if (limitedUntil !== null && limitedUntil > now()) continue;
      try {
        return await askOne(provider, handle);
      } catch (error) {
        if (!(error instanceof ProviderError) || error.remedy === 'NONE') throw error;
      }
    }
    return null;
  }

  async function askOne(provider: FetchProvider, handle: string): Promise<number | null> {
    const reservation = await spending.reserve(provider.name, { posts: 0, users: 1, own: false });
    let cost: Awaited<ReturnType<FetchProvider['profile']>>['cost'] | null = null;
    try {
      const signal = AbortSignal.timeout(timeoutMs);
      const answer = await provider
        .profile({ handle, platformId: null }, { signal, charge: (charged) => (cost = charged) })
        .catch((error: unknown) => {
          if (!signal.aborted) throw error;
          throw new ProviderError({
            provider: provider.name,
            code: 'PROVIDER_UNAVAILABLE',
            message: `it did not answer within ${timeoutMs / 1_000} s`,
            remedy: 'NEXT',
          });
        });
      cost = answer.cost;
      return answer.account.reportedPosts;
    } finally {
      await spending.settle(reservation, cost, false);
    }
  }

  return (handle) => {
    const key = handle.toLowerCase();
    const before = known.get(key);
    if (before !== undefined && now() - before.at < keptMs) return before.posts;
    const posts = ask(handle);
    known.delete(key);
    known.set(key, { at: now(), posts });
    for (const [oldest] of known) {
      if (known.size <= mostKept) break;
      known.delete(oldest);
    }
    // An answer without a number is forgotten, so that it is requested again. NOT_FOUND is kept.
    const forget = () => known.get(key)?.posts === posts && known.delete(key);
    posts.then(
      (count) => count === null && forget(),
      (error) => error instanceof ProviderError || forget(),
    );
    return posts;
  };
}

import { z } from 'zod';

/** A provider's price list, in US dollars. */
export const price = z.object({
  /** A post that is delivered. */
  post: z.number().min(0),
  /** A post of an account that belongs to whoever pays. */
  ownPost: z.number().min(0),
  /** A user that is looked up. */
  user: z.number().min(0),
  /** Whether the same post costs nothing when it is delivered again on the same day (UTC). */
  oncePerDay: z.boolean(),
});
export type Price = z.infer<typeof price>;

/** What a price list counts. */
type Delivered = { readonly posts: number; readonly ownPosts: number; readonly users: number };

/** What that costs in microdollars. Whole numbers, so that however many of them are added, the sum is exact. */
export function computeMicroUsd(prices: Price, { posts, ownPosts, users }: Delivered): number {
  return toMicroUsd(posts * prices.post + ownPosts * prices.ownPost + users * prices.user);
}

/** US dollars in whole microdollars. */
export const toMicroUsd = (usd: number): number => Math.round(usd * 1_000_000);

/** Microdollars as people read dollars: `0.40`, and `0.0002` where cents do not tell it all. */
export function printUsd(microUsd: number): string {
  const [dollars = '0', decimals = ''] = (microUsd / 1_000_000).toFixed(6).split('.');
  return `${dollars}.${decimals.replace(/0{1,4}$/, '')}`;
}

import { z } from 'zod';

/** A provider's price list, in US dollars. */
export const price = z.object({
  /** Per delivered post. */
  post: z.number().min(0),
  /** Per delivered post of the payer's own accounts. */
  ownPost: z.number().min(0),
  /** Per user that is looked up. */
  user: z.number().min(0),
  /** Whether a post is free when it is delivered again on the same day (UTC). */
  oncePerDay: z.boolean(),
});
export type Price = z.infer<typeof price>;

/** The quantities of a price list. */
type Delivered = { readonly posts: number; readonly ownPosts: number; readonly users: number };

/** Computes the cost in whole microdollars, so that sums are exact. */
export function computeMicroUsd(prices: Price, { posts, ownPosts, users }: Delivered): number {
  return toMicroUsd(posts * prices.post + ownPosts * prices.ownPost + users * prices.user);
}

/** Converts US dollars to whole microdollars. */
export const toMicroUsd = (usd: number): number => Math.round(usd * 1_000_000);

/** Formats microdollars as dollars: `0.40`, or `0.0002` when cents are not enough. */
export function printUsd(microUsd: number): string {
  const [dollars = '0', decimals = ''] = (microUsd / 1_000_000).toFixed(6).split('.');
  return `${dollars}.${decimals.replace(/0{1,4}$/, '')}`;
}

import { number, type Values, word } from './variables.ts';

/** Answers that are kept. */
export const cacheVariables = {
  CACHE: word(['on', 'off']).default('on'),
  CACHE_TTL_SECONDS: number(900, 1, 900),
  CACHE_MAX_BYTES: number(64 * 1024 * 1024, 1_000_000, 100_000_000_000),
  TRENDING_TTL_SECONDS: number(60, 1, 60),
};

/** How long answers are kept at most, and how many bytes of them in the memory of a process; null keeps none. */
export type CacheConfig = { readonly ttlMs: number; readonly maxBytes: number } | null;

export const cacheConfig = (values: Values<typeof cacheVariables>): CacheConfig =>
  values.CACHE === 'off'
    ? null
    : { ttlMs: values.CACHE_TTL_SECONDS * 1_000, maxBytes: values.CACHE_MAX_BYTES };

/** How long a window of trends that ends now is shown at most, in milliseconds. */
export type TrendingConfig = { readonly trending: { readonly ttlMs: number } };

export const trendingConfig = (values: Values<typeof cacheVariables>): TrendingConfig => ({
  trending: { ttlMs: values.TRENDING_TTL_SECONDS * 1_000 },
});

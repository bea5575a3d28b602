import { number, type Values, word } from './variables.ts';

/** The response cache. */
export const cacheVariables = {
  CACHE: word(['on', 'off']).default('on'),
  CACHE_TTL_SECONDS: number(900, 1, 900),
  CACHE_MAX_BYTES: number(64 * 1024 * 1024, 1_000_000, 100_000_000_000),
  TRENDING_TTL_SECONDS: number(60, 1, 60),
};

/** The longest age of cached responses, and the most bytes of them in a process's memory; null caches none. */
export type CacheConfig = { readonly ttlMs: number; readonly maxBytes: number } | null;

export const cacheConfig = (values: Values<typeof cacheVariables>): CacheConfig =>
  values.CACHE === 'off'
    ? null
    : { ttlMs: values.CACHE_TTL_SECONDS * 1_000, maxBytes: values.CACHE_MAX_BYTES };

/** The longest age of a cached window of trends that ends now, in milliseconds. */
export type TrendingConfig = { readonly trending: { readonly ttlMs: number } };

export const trendingConfig = (values: Values<typeof cacheVariables>): TrendingConfig => ({
  trending: { ttlMs: values.TRENDING_TTL_SECONDS * 1_000 },
});

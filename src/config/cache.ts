import { number, type Values, word } from './variables.ts';

/** Answers that are kept. */
export const cacheVariables = {
  CACHE: word(['on', 'off']).default('on'),
  CACHE_TTL_SECONDS: number(900, 1, 900),
  CACHE_MAX_BYTES: number(64 * 1024 * 1024, 1_000_000, 100_000_000_000),
};

/** How long answers are kept at most, and how many bytes of them in the memory of a process; null keeps none. */
export type CacheConfig = { readonly ttlMs: number; readonly maxBytes: number } | null;

export const cacheConfig = (values: Values<typeof cacheVariables>): CacheConfig =>
  values.CACHE === 'off'
    ? null
    : { ttlMs: values.CACHE_TTL_SECONDS * 1_000, maxBytes: values.CACHE_MAX_BYTES };

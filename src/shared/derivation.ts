/**
 * The version of the rules that derive data from collected posts. Raise it by one, once per release, when a post yields
 * other terms, another language, sentiment or search text than before (`enrich/`, a provider's `parseRaw`), or when a
 * column of a rollup is new or changes its meaning. Streams with a lower version are then rebuilt in the background:
 * see `streams/rebuild.ts`. The stores of release 0.1.0 have 0.
 */
export const derivationVersion = 2;

/** The first version that counts a chat's messages by the minute, in `activity_minutes`. */
export const minutesSince = 2;

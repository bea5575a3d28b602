/**
 * The number of the rules by which things are derived from what was collected. Raise it by one, once a release, when a
 * post gives other terms, another language, sentiment or text to search in than before (`enrich/`, a provider's
 * `parseRaw`), or when a column of a rollup is new or means something else. Streams that were derived by a lower number
 * are then rebuilt in the background: see `streams/rebuild.ts`. The stores of release 0.1.0 have 0.
 */
export const derivationVersion = 2;

/** The first of them by which a chat's messages are counted by the minute, in `activity_minutes`. */
export const minutesSince = 2;

export const minuteMs = 60_000;
/** A quarter of an hour: what the rollups count by, since zones differ by :30 and :45. */
export const quarterMs = 15 * minuteMs;
export const hourMs = 60 * minuteMs;
/** 24 hours: a day of UTC, not always one of a zone. */
export const dayMs = 24 * hourMs;

/** An instant, in milliseconds since 1970, as Postgres and people read it. */
export const toIso = (instant: number): string => new Date(instant).toISOString();

/** The UTC day in which an instant lies, e.g. 2024-02-29. */
export const toDay = (instant: number): string => toIso(instant).slice(0, 10);

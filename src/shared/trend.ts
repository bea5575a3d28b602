import { dayMs, hourMs } from './instant.ts';

/** The kinds of trends, as in `trend_buckets`. */
export const trendKinds = ['HASHTAG', 'MENTION', 'WORD'] as const;
export type TrendKind = (typeof trendKinds)[number];

/** A window is compared with the 28 days before the day (UTC) in which it begins. */
export const pastDays = 28;

/** Days whose hours are folded into buckets; older ones are counted from the posts. */
export const foldedDays = 120;
/** The same for words: a week's window and the past that it is compared with. */
export const foldedWordDays = pastDays + 8;

/**
 * Periods (UTC) into which hours are summed when they are over, each from parts of the one before: six hours, days and
 * blocks of days. A period of n hours begins at an hour whose number since 1970 is a multiple of n.
 */
export const trendBlocks = [
  { size: 'HOURS_6', hours: 6 },
  { size: 'DAY', hours: 24 },
  { size: 'DAYS_2', hours: 48 },
  { size: 'DAYS_4', hours: 96 },
  { size: 'DAYS_8', hours: 192 },
  { size: 'DAYS_16', hours: 384 },
] as const;

/**
 * From this number of author-hours in a day, a hashtag's distinct authors are stored, and merged when a window contains
 * the day.
 */
export const trendAuthorsFrom = 64;

/** Returns the UTC hour of an instant, as its number since 1970. */
export const hourOf = (instant: number): number => Math.floor(instant / hourMs);

/** Returns the start of an instant's UTC day. */
export const dayOf = (instant: number): number => Math.floor(instant / dayMs) * dayMs;

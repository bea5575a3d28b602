import { dayMs, hourMs } from './instant.ts';

/** What can trend, as `trend_buckets` names it. */
export const trendKinds = ['HASHTAG', 'MENTION', 'WORD'] as const;
export type TrendKind = (typeof trendKinds)[number];

/** The past by which a window is judged: the 28 days before the day (UTC) in which it begins. */
export const pastDays = 28;

/** Days whose hours are folded into buckets: what is older is counted from the posts. */
export const foldedDays = 120;
/** The same of words: a week's window, and what it is judged by. */
export const foldedWordDays = pastDays + 8;

/**
 * Stretches of days (UTC) that hours are added up to when they are over, each twice as long as the one before; a block of n
 * days begins at a day whose number since 1970 is a multiple of n.
 */
export const trendBlocks = [
  { size: 'DAY', days: 1 },
  { size: 'DAYS_2', days: 2 },
  { size: 'DAYS_4', days: 4 },
  { size: 'DAYS_8', days: 8 },
  { size: 'DAYS_16', days: 16 },
] as const;

/** The author-hours of a hashtag in a day from which on its distinct authors are kept, and merged where a window holds the day. */
export const trendAuthorsFrom = 64;

/** The clock hour (UTC) of an instant, as its number since 1970. */
export const hourOf = (instant: number): number => Math.floor(instant / hourMs);

/** The start of the day (UTC) of an instant. */
export const dayOf = (instant: number): number => Math.floor(instant / dayMs) * dayMs;

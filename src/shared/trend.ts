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
 * Stretches of time (UTC) that hours are added up to when they are over, each of parts of the one before: six hours, days and
 * blocks of days. A stretch of n hours begins at an hour whose number since 1970 is a multiple of n.
 */
export const trendBlocks = [
  { size: 'HOURS_6', hours: 6 },
  { size: 'DAY', hours: 24 },
  { size: 'DAYS_2', hours: 48 },
  { size: 'DAYS_4', hours: 96 },
  { size: 'DAYS_8', hours: 192 },
  { size: 'DAYS_16', hours: 384 },
] as const;

/** The author-hours of a hashtag in a day from which on its distinct authors are kept, and merged where a window holds the day. */
export const trendAuthorsFrom = 64;

/** The clock hour (UTC) of an instant, as its number since 1970. */
export const hourOf = (instant: number): number => Math.floor(instant / hourMs);

/** The start of the day (UTC) of an instant. */
export const dayOf = (instant: number): number => Math.floor(instant / dayMs) * dayMs;

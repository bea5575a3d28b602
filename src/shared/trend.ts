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

/** The author-hours of a hashtag in a day from which on its distinct authors are kept, and merged where a window holds the day. */
export const trendAuthorsFrom = 64;

/** The clock hour (UTC) of an instant, as its number since 1970. */
export const hourOf = (instant: number): number => Math.floor(instant / hourMs);

/** The start of the day (UTC) of an instant. */
export const dayOf = (instant: number): number => Math.floor(instant / dayMs) * dayMs;

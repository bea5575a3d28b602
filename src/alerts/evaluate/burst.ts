import type { Database } from '../../db/client.ts';
import { minuteMs, toIso } from '../../shared/instant.ts';
import type { BurstCondition } from '../condition.ts';
import { hashtagBursts } from '../summary.ts';
import type { Evaluation, Outcome } from './outcome.ts';

/** How far a hashtag is above what its past leads one to expect, in the window `[from, to)`. */
export type Burst = {
  readonly posts: number;
  readonly authors: number;
  /** Standard scores; null when that cannot be told. */
  readonly score: number | null;
};

/** What tells of a hashtag's burst: `trends/` gives it, as what it says is what is trending. Instants are milliseconds. */
export type MeasureBurst = (
  db: Database,
  asked: {
    readonly tag: string;
    readonly from: number;
    readonly to: number;
    /** Posts of these streams only; null: of all. */
    readonly streams: readonly number[] | null;
  },
) => Promise<Burst>;

/** Measures the window that ends with the last full minute, unless the alert cools down. */
export async function evaluateBurst(
  evaluation: Evaluation<BurstCondition>,
  measure: MeasureBurst,
): Promise<Outcome> {
  const { db, alert, condition, now, coolsUntil } = evaluation;
  if (coolsUntil !== null && now < coolsUntil) return { firings: [], nextAt: coolsUntil };
  const { tag, windowMs, minScore, minPosts } = condition;
  const to = Math.floor(now / minuteMs) * minuteMs;
  const burst = await measure(db, { tag, from: to - windowMs, to, streams: alert.streams });
  const { posts, score } = burst;
  const nextAt = to + minuteMs;
  if (score === null || score < minScore || posts < minPosts) return { firings: [], nextAt };
  const summary = hashtagBursts(tag, burst, windowMs);
  const cause = `window ${toIso(to)}`;
  const firing = { cause, streamId: null, measured: score, threshold: minScore, summary, posts: 0 };
  return { firings: [firing], nextAt };
}

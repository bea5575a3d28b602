import { minuteMs, toIso } from '../../shared/instant.ts';
import type { MeasureBurst } from '../burst.ts';
import type { BurstCondition } from '../condition.ts';
import { hashtagBursts } from '../summary.ts';
import type { Evaluation, Outcome } from './outcome.ts';

/** Measures the window that ends with the last full minute, except during the cool-down. */
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

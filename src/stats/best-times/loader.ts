import type { Database } from '../../db/client.ts';
import { scoredPosts } from '../../shared/sums.ts';
import type { Metric } from '../../shared/stat-metric.ts';
import { loadSlots } from '../scope/activity.ts';
import type { StatsScope } from '../scope/scope.ts';
import type { SlotSum } from './compute.ts';
import { sumBySlot } from './query.ts';

/** A metric by hour of the week: of the activity that is read anyway, where that tells how many posts know it. */
export async function loadSlotSums(
  db: Database,
  scope: StatsScope,
  metric: Metric,
): Promise<readonly SlotSum[]> {
  if (metric !== 'ENGAGEMENT' && metric !== 'SENTIMENT') return sumBySlot(db, scope, metric);
  return (await loadSlots(db, scope)).map(({ slot, ...sums }) => {
    const time = { weekday: Math.floor(slot / 24) + 1, hour: slot % 24 };
    return metric === 'ENGAGEMENT'
      ? { ...time, posts: sums.engagedPosts, sum: sums.engagement ?? 0 }
      : { ...time, posts: scoredPosts(sums), sum: sums.sentiment / 10_000 };
  });
}

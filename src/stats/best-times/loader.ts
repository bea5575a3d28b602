import type { Database } from '../../db/client.ts';
import type { Metric } from '../../shared/stat-metric.ts';
import { loadActivity } from '../scope/activity.ts';
import type { StatsScope } from '../scope/scope.ts';
import type { SlotSum } from './compute.ts';
import { sumBySlot } from './query.ts';

/** A metric by hour of the week: of the activity that is read anyway, where that tells how many posts know it. */
export async function loadSlots(
  db: Database,
  scope: StatsScope,
  metric: Metric,
): Promise<readonly SlotSum[]> {
  if (metric !== 'ENGAGEMENT' && metric !== 'SENTIMENT') return sumBySlot(db, scope, metric);
  const { slots } = await loadActivity(db, scope);
  return slots.map(({ weekday, hour, ...sums }) =>
    metric === 'ENGAGEMENT'
      ? { weekday, hour, posts: sums.engagedPosts, sum: sums.engagement ?? 0 }
      : { weekday, hour, posts: sums.posts - sums.reposted, sum: sums.sentiment / 10_000 },
  );
}

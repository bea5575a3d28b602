import { type CalendarInterval, floorLocal } from '../../shared/bucket.ts';
import { groupSums, type Sums } from '../../shared/sums.ts';
import type { LocalMs } from '../../shared/zone.ts';

/** What `busiestOfDays` needs of each day. */
export const busyMeasures = ['posts', 'engagement'] as const;

/** A bucket by its key, with what was posted in it. */
export type BusyBucket = {
  readonly key: number;
  readonly posts: number;
  readonly engagement: number | null;
};

/** The days, weeks, … with the most posts, after the first `offset`; equal counts: earliest first. */
export function busiestOfDays(
  days: readonly (Pick<Sums, (typeof busyMeasures)[number]> & { readonly day: LocalMs })[],
  interval: CalendarInterval,
  first: number,
  offset: number,
): readonly BusyBucket[] {
  return [...groupSums(days, busyMeasures, ({ day }) => floorLocal(day, interval))]
    .map(([key, { posts, engagement }]) => ({ key, posts, engagement }))
    .sort((a, b) => b.posts - a.posts || a.key - b.key)
    .slice(offset, offset + first);
}

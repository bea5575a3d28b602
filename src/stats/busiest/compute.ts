import { type CalendarInterval, floorLocal } from '../../shared/bucket.ts';
import type { Sums } from '../../shared/sums.ts';
import type { LocalMs } from '../../shared/zone.ts';

/** The measures that `busiestOfDays` needs of each day. */
export const busyMeasures = ['posts', 'engagement'] as const;

/** A bucket by its key, with the posts in it. */
export type BusyBucket = {
  readonly key: number;
  readonly posts: number;
  readonly engagement: number | null;
};

/** The days, weeks, … with the most posts, after the first `offset`; equal counts: earliest first. Days of one bucket stand together. */
export function busiestOfDays(
  days: readonly (Pick<Sums, (typeof busyMeasures)[number]> & { readonly day: LocalMs })[],
  interval: CalendarInterval,
  first: number,
  offset: number,
): readonly BusyBucket[] {
  const most = offset + first;
  const busiest: BusyBucket[] = [];
  /** The last of the `most` buckets kept. Less busy buckets are skipped. */
  let last: BusyBucket | undefined;
  const keepMost = () => {
    busiest.sort(byBusiness);
    busiest.length = Math.min(busiest.length, most);
    last = busiest[most - 1];
  };
  let [key, posts]: [number, number] = [Number.NaN, 0];
  let engagement: number | null = null;
  const endBucket = () => {
    if (Number.isNaN(key) || (last !== undefined && (last.posts - posts || key - last.key) > 0)) return;
    busiest.push({ key, posts, engagement });
    // To sort all days of ten years took a millisecond.
    if (busiest.length >= 2 * most + 50) keepMost();
  };
  for (const day of days) {
    const next = interval === 'DAY' ? day.day : floorLocal(day.day, interval);
    if (next !== key) {
      endBucket();
      key = next;
      posts = 0;
      engagement = null;
    }
    posts += day.posts;
    if (day.engagement !== null) engagement = (engagement ?? 0) + day.engagement;
  }
  endBucket();
  keepMost();
  return busiest.slice(offset);
}

const byBusiness = (a: BusyBucket, b: BusyBucket): number => b.posts - a.posts || a.key - b.key;

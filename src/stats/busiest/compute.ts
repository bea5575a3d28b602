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

/** The days, weeks, … with the most posts, after the first `offset`; equal counts: earliest first. Days are distinct. */
export function busiestOfDays(
  days: readonly (Pick<Sums, (typeof busyMeasures)[number]> & { readonly day: LocalMs })[],
  interval: CalendarInterval,
  first: number,
  offset: number,
): readonly BusyBucket[] {
  const most = offset + first;
  const busiest: BusyBucket[] = [];
  /** The least busy of the `most` buckets kept: a bucket that is less busy than it is left out. */
  let last: BusyBucket | undefined;
  const keepMost = () => {
    busiest.sort(byBusiness);
    busiest.length = Math.min(busiest.length, most);
    last = busiest[most - 1];
  };
  const add = (key: number, { posts, engagement }: Pick<Sums, (typeof busyMeasures)[number]>) => {
    const bucket = { key, posts, engagement };
    if (last !== undefined && byBusiness(bucket, last) > 0) return;
    busiest.push(bucket);
    // To sort all days of ten years took a millisecond.
    if (busiest.length >= 2 * most + 50) keepMost();
  };
  if (interval === 'DAY') for (const day of days) add(day.day, day);
  else
    groupSums(days, busyMeasures, ({ day }) => floorLocal(day, interval)).forEach((sums, key) => {
      add(key, sums);
    });
  keepMost();
  return busiest.slice(offset);
}

const byBusiness = (a: BusyBucket, b: BusyBucket): number => b.posts - a.posts || a.key - b.key;

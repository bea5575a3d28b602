import { sql } from 'drizzle-orm';
import type { ClockInterval } from '../../shared/bucket.ts';
import { activityIn } from '../kernel/activity.ts';
import { bucketKey } from '../kernel/local-time.ts';
import { read } from '../kernel/read.ts';
import type { BusyBucket } from './compute.ts';

/** The hours or minutes with the most posts; equal counts: earliest first. */
export const listBusiest = read(
  (scope, interval: ClockInterval, first: number, offset: number) =>
    scope.span &&
    sql`select ${bucketKey(interval)} as key, sum(posts)::float8 as posts, sum(engagement)::float8 as engagement
      from (${activityIn(scope, scope.span, interval)}) q
      group by 1 order by 2 desc, 1 limit ${first} offset ${offset}`,
  (buckets: readonly BusyBucket[]) => buckets,
);

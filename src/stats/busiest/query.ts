import { sql } from 'drizzle-orm';
import type { ClockInterval } from '../../shared/bucket.ts';
import { activityIn } from '../scope/activity.ts';
import { bucketKey } from '../scope/local-time.ts';
import { once } from '../scope/once.ts';
import type { BusyBucket } from './compute.ts';

/** The hours or minutes with the most posts; equal counts: earliest first. */
export const listBusiest = once(
  async (db, scope, interval: ClockInterval, first: number): Promise<readonly BusyBucket[]> => {
    if (scope.span === null) return [];
    return (await db.orm.execute(sql`
    select ${bucketKey(interval)} as key, sum(posts)::float8 as posts, sum(engagement)::float8 as engagement
    from (${activityIn(scope, scope.span, interval)}) q
    group by 1 order by 2 desc, 1 limit ${first}`)) as unknown as readonly BusyBucket[];
  },
);

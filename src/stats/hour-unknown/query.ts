import { sql } from 'drizzle-orm';
import { dayBucketShiftMs } from '../../shared/activity-bucket.ts';
import { toIso } from '../../shared/instant.ts';
import { read } from '../kernel/read.ts';

/** The scope's posts of which only the day is known. A range of the rollup's primary key (stream_id, bucket). */
export const countHourUnknown = read(
  ({ streamId, days }) =>
    days &&
    sql`select sum(posts)::float8 as posts from activity where stream_id = ${streamId}
      and bucket >= ${toIso(days.from - dayBucketShiftMs)} and bucket < ${toIso(days.to - dayBucketShiftMs)}`,
  ([row]: readonly { readonly posts: number | null }[]) => row?.posts ?? 0,
);

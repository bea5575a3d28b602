import { dayMs, minuteMs, quarterMs } from './instant.ts';

/**
 * Posts with a known day only are counted separately from every quarter-hour, in a bucket 400 years before their day,
 * so that both are ranges of one primary key. The calendar repeats after 400 years, i.e. 146,097 days.
 */
export const dayBucketShiftMs = 146_097 * dayMs;
/** The same as a Postgres interval, in hours, which do not depend on the session's time zone. */
export const dayBucketShift = `interval '${146_097 * 24} hours'`;
/**
 * Separates buckets of days (before) from quarter-hours (after): no platform is as old as 1900, and no post is from
 * 2300.
 */
export const dayBucketsEnd = '1900-01-01T00:00:00Z';

/** When a post was posted. When the hour is unknown, the time is midnight UTC and has no meaning. */
type Moment = { readonly createdAt: number; readonly hourUnknown: boolean };

/** Returns the bucket of `activity` of a post. */
export function activityBucket({ createdAt, hourUnknown }: Moment): number {
  return createdAt - (createdAt % quarterMs) - (hourUnknown ? dayBucketShiftMs : 0);
}

/** Returns the bucket of `activity_minutes` of a message. */
export const minuteBucket = ({ createdAt }: Pick<Moment, 'createdAt'>): number =>
  createdAt - (createdAt % minuteMs);

/** Returns when the posts of a bucket were posted: in the quarter-hour that begins then, or on that day. */
export function momentOfBucket(bucket: number): Moment {
  const hourUnknown = bucket < Date.parse(dayBucketsEnd);
  return { createdAt: hourUnknown ? bucket + dayBucketShiftMs : bucket, hourUnknown };
}

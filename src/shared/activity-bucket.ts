import { dayMs, minuteMs, quarterMs } from './instant.ts';

/**
 * Posts of which only the day is known count apart from every quarter-hour, in a bucket 400 years before their day:
 * both are then ranges of one primary key. The calendar repeats itself after 400 years, of 146,097 days.
 */
export const dayBucketShiftMs = 146_097 * dayMs;
/** The same as an interval of Postgres: in hours, which are the same in every zone of a session. */
export const dayBucketShift = `interval '${146_097 * 24} hours'`;
/** Buckets of days are before it, quarter-hours after it: no platform is as old as 1900, and none of its posts are of 2300. */
export const dayBucketsEnd = '1900-01-01T00:00:00Z';

/** When a post was posted; its time of day is midnight of UTC, and means nothing, where the hour is unknown. */
type Moment = { readonly createdAt: number; readonly hourUnknown: boolean };

/** The bucket of `activity` in which a post counts. */
export function activityBucket({ createdAt, hourUnknown }: Moment): number {
  return createdAt - (createdAt % quarterMs) - (hourUnknown ? dayBucketShiftMs : 0);
}

/** The bucket of `activity_minutes` in which a message counts. */
export const minuteBucket = ({ createdAt }: Pick<Moment, 'createdAt'>): number =>
  createdAt - (createdAt % minuteMs);

/** When the posts of a bucket were posted: in the quarter-hour that begins then, or on the day. */
export function momentOfBucket(bucket: number): Moment {
  const hourUnknown = bucket < Date.parse(dayBucketsEnd);
  return { createdAt: hourUnknown ? bucket + dayBucketShiftMs : bucket, hourUnknown };
}

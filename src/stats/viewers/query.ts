import { type SQL, sql } from 'drizzle-orm';
import type { Interval } from '../../shared/bucket.ts';
import { offsetSpans } from '../../shared/zone.ts';
import { bucketKey, localTime, msOf, sinceEpoch, spanRows } from '../kernel/local-time.ts';
import { read } from '../kernel/read.ts';
import type { StatsScope } from '../kernel/scope.ts';

type Ends = { readonly first: number | null; readonly last: number | null };

/**
 * The first and the last reading in the range, in milliseconds; null when there is none. Reads the two ends of the
 * primary key.
 */
export const findReadings = read(
  (scope) => sql`
    select ${msOf(sql`min(observed_at)`)} as first, ${msOf(sql`max(observed_at)`)} as last
    from viewer_readings where ${inRange(scope)}`,
  ([ends]: readonly Ends[]) =>
    ends?.first == null || ends.last === null ? null : { first: ends.first, last: ends.last },
);

/** The mean reading of each bucket that has one, by its key. A range of the primary key for each span of the zone. */
export const meanViewers = read(
  ({ streamId, zone }, interval: Interval, from: number, to: number) => sql`
    select ${bucketKey(interval)} as key, sum(viewers)::float8 / count(*)::float8 as value
    from (select ${localTime(sql`v.observed_at`)}, v.viewers
      from ${spanRows(offsetSpans(zone, from, to))} s join viewer_readings v
        on v.stream_id = ${streamId} and v.observed_at >= s.from_at and v.observed_at < s.to_at) q
    group by 1`,
  (rows: readonly { readonly key: number; readonly value: number }[]) =>
    new Map(rows.map(({ key, value }) => [key, value])),
);

function inRange({ streamId, range: { from, to } }: StatsScope): SQL {
  const conditions = [sql`stream_id = ${streamId}`];
  if (from !== null) conditions.push(sql`observed_at >= ${sinceEpoch(from)}`);
  if (to !== null) conditions.push(sql`observed_at < ${sinceEpoch(to)}`);
  return sql.join(conditions, sql` and `);
}

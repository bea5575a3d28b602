import { type SQL, sql } from 'drizzle-orm';
import { dayMs } from '../../shared/instant.ts';
import { sinceEpoch, wholeMsOf } from '../kernel/local-time.ts';
import { planOfActivity } from '../kernel/plan.ts';
import { read } from '../kernel/read.ts';
import type { Readings } from './compute.ts';

/**
 * All known counts of followers in the range and in the day before it, ascending, preceded by the last one before
 * these. Why the extra day: when clocks go back over midnight, local time repeats part of the previous day, whose
 * bucket has already ended.
 */
export const listFollowers = read(
  (scope) => {
    const { to } = scope.range;
    const from = scope.range.from === null ? null : scope.range.from - dayMs;
    const known = sql`stream_id = ${scope.streamId} and followers is not null`;
    const within: SQL[] = [known];
    if (from !== null) within.push(sql`observed_at >= ${sinceEpoch(from)}`);
    if (to !== null) within.push(sql`observed_at < ${sinceEpoch(to)}`);
    // A range of the primary key (stream_id, observed_at), in its order, and one step back from its beginning.
    const inRange = sql`(select observed_at, followers from follower_snapshots where ${sql.join(within, sql` and `)})`;
    const before =
      from === null
        ? sql``
        : sql`union all (select observed_at, followers from follower_snapshots where ${known} and observed_at < ${sinceEpoch(from)}
          order by observed_at desc limit 1)`;
    return sql`${planOfActivity(scope)} select json_agg(${wholeMsOf(sql`observed_at`)} order by observed_at) as at,
        json_agg(followers::float8 order by observed_at) as levels
      from (${inRange} ${before}) r`;
  },
  ([row]: readonly { readonly [List in keyof Readings]: Readings[List] | null }[]): Readings => ({
    at: row?.at ?? [],
    levels: row?.levels ?? [],
  }),
);

import { type SQL, sql } from 'drizzle-orm';
import { dayMs } from '../../shared/bucket.ts';
import { msOf, toIso } from '../scope/local-time.ts';
import { once } from '../scope/once.ts';
import type { Reading } from './compute.ts';

/**
 * Every known count of followers in the range and the day before it, ascending, after the last one before these. The
 * day: where clocks are set back over midnight, the day before shows again, whose bucket has ended by then.
 */
export const listFollowers = once(async (db, scope): Promise<readonly Reading[]> => {
  const { to } = scope.range;
  const from = scope.range.from === null ? null : scope.range.from - dayMs;
  const known = sql`stream_id = ${scope.streamId} and followers is not null`;
  const columns = sql`${msOf(sql`observed_at`)} as at, followers::float8 as level`;
  const within: SQL[] = [known];
  if (from !== null) within.push(sql`observed_at >= ${storable(from)}`);
  if (to !== null) within.push(sql`observed_at < ${storable(to)}`);
  // A range of the primary key (stream_id, observed_at), and one step back from its beginning.
  const inRange = sql`(select ${columns} from follower_snapshots where ${sql.join(within, sql` and `)})`;
  const before =
    from === null
      ? sql``
      : sql`union all (select ${columns} from follower_snapshots where ${known} and observed_at < ${storable(from)}
          order by observed_at desc limit 1)`;
  return (await db.orm.execute(sql`${inRange} ${before} order by at`)) as unknown as readonly Reading[];
});

/** Postgres knows no year 0, and nobody was followed before 1970. */
const storable = (at: number) => toIso(Math.max(at, 0));

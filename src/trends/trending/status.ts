import { sql } from 'drizzle-orm';
import type { Database } from '../../db/client.ts';
import { at } from './pieces.ts';
import { readWindow } from './query.ts';
import type { Stretch } from './profile.ts';

/** The state of the trending counts. */
export type TrendingStatus = {
  readonly window: Stretch;
  /** Distinct hashtags in the window. */
  readonly hashtags: number;
  /** Rows of packed counts: each has an hour, a block of hours, a day or a past of one kind of term. */
  readonly buckets: number;
  /** Null without posts. */
  readonly newestPostAt: Date | null;
  /** The instant since which hashtags and mentions are folded. */
  readonly foldedFrom: Date;
  /** Hours that changed since they were folded. */
  readonly unfoldedHours: number;
  /** Changed hours in the window. */
  readonly unfoldedInWindow: number;
};

/** Returns the state of the trending counts, for a window of all streams. The newest post is the end of posts_newest. */
export async function readStatus(db: Database, window: Stretch): Promise<TrendingStatus> {
  const scope = { kind: 'HASHTAG', platform: null, streamIds: null } as const;
  const [rows, { total }] = await Promise.all([
    db.rows<Row>(sql`
      with changed as (select /* across streams: the newest post of all */ distinct to_timestamp(hour * 3600.0) as hour from trend_changes, unnest(hours) as hour)
      select (select count(*) from trend_buckets)::float8 as buckets,
        (select (extract(epoch from max(created_at)) * 1000)::float8 from posts) as newest,
        (select (extract(epoch from folded_from) * 1000)::float8 from trend_folding) as folded_from,
        (select count(*) from changed)::float8 as unfolded,
        (select count(*) from changed where hour > ${at(window.from)} - interval '1 hour' and hour < ${at(window.to)})::float8
          as in_window`),
    readWindow(db, scope, window, { by: 'COUNT', first: 1, withPast: false }),
  ]);
  const [row] = rows;
  return {
    window,
    hashtags: total,
    buckets: row?.buckets ?? 0,
    newestPostAt: row?.newest == null ? null : new Date(row.newest),
    foldedFrom: new Date(row?.folded_from ?? 0),
    unfoldedHours: row?.unfolded ?? 0,
    unfoldedInWindow: row?.in_window ?? 0,
  };
}

type Row = {
  readonly buckets: number;
  readonly newest: number | null;
  readonly folded_from: number;
  readonly unfolded: number;
  readonly in_window: number;
};

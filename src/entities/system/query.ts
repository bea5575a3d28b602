import { sql } from 'drizzle-orm';
import type { Database } from '../../db/client.ts';
import { databaseBytes, missingOf, readPlacement } from '../../db/placement.ts';
import { must } from '../../shared/errors.ts';

export type StoreCounts = {
  readonly streams: number;
  readonly posts: number;
  readonly authors: number;
  readonly bytes: number;
  /** How the streams are spread over a cluster; null when they are in one database. */
  readonly distribution: Distribution | null;
};

export type Distribution = {
  readonly citus: string;
  readonly nodes: number;
  readonly shards: number;
  readonly tables: number;
  readonly missing: readonly string[];
};

/**
 * Returns how much the store holds. Posts are summed from the tallies, not counted row by row. Posts by others,
 * fetched for conversations, do not count.
 */
export async function countStore(db: Database): Promise<StoreCounts> {
  const [placement, rows] = await Promise.all([
    readPlacement(db.sql),
    db.rows<
      Pick<StoreCounts, 'streams' | 'posts' | 'authors'>
    >(sql`select /* across streams: the whole store */
      (select count(*) from streams)::float8 as streams,
      (select coalesce(sum(posts), 0) from tally_totals where dimension = 'PROVIDER')::float8 as posts,
      (select count(*) from (select distinct s.platform, a.author_id
        from authors a join streams s on s.stream_id = a.stream_id) each)::float8 as authors`),
  ]);
  const { citus, nodes, shards, distributed } = placement;
  const isDistributed = citus !== null && distributed.length > 0;
  return {
    ...must(rows[0], 'a select without a table gives a row'),
    bytes: await databaseBytes(db.sql, placement),
    distribution: isDistributed
      ? { citus, nodes, shards, tables: distributed.length, missing: missingOf(placement) }
      : null,
  };
}

export type IngestCounts = {
  readonly jobsEnqueued: number;
  readonly batches: number;
  readonly meanBatchSize: number;
  readonly posts: number;
  readonly postsPerSecond: number;
};

/** Returns what all stored jobs have brought in together. The rate is that of the job that reported last. */
export async function countIngest(db: Database): Promise<IngestCounts> {
  const rows = await db.rows<IngestCounts>(sql`select
    count(*)::float8 as "jobsEnqueued", coalesce(sum(pages), 0)::float8 as batches,
    coalesce(sum(fetched)::float8 / nullif(sum(pages), 0), 0) as "meanBatchSize",
    coalesce(sum(fetched), 0)::float8 as posts,
    coalesce((array_agg(posts_per_second order by progress_at desc))[1], 0) as "postsPerSecond"
    from jobs`);
  return rows[0] ?? { jobsEnqueued: 0, batches: 0, meanBatchSize: 0, posts: 0, postsPerSecond: 0 };
}

import type { Sql } from 'postgres';

/** A made-up account that is stored. */
export type SyntheticStream = {
  readonly streamId: number;
  readonly platformId: string | null;
  readonly handle: string;
  readonly displayName: string | null;
  /** Own posts that are stored. */
  readonly posts: number;
  readonly latestPostAt: Date | null;
};

/**
 * Returns at most `most` accounts whose posts are all made up, those with the most posts first. One subquery has both
 * distributed tables: Citus refuses one that is joined to tables of the coordinator and another that is left joined.
 */
export async function listSynthetic(sql: Sql, most: number): Promise<readonly SyntheticStream[]> {
  return sql<SyntheticStream[]>`
    select s.stream_id as "streamId", a.platform_id as "platformId", a.handle, a.display_name as "displayName",
      made.posts::float8 as posts, s.latest_post_at as "latestPostAt"
    from streams s join accounts a on a.stream_id = s.stream_id
    join (
      select /* across streams: all that are made up */ p.stream_id, coalesce(t.posts, 0) as posts
      from (select stream_id from stream_providers group by stream_id having bool_and(provider = 'SYNTHETIC')) p
      left join (
        select stream_id, sum(posts) as posts from tally_totals where dimension = 'PROVIDER' group by stream_id
      ) t on t.stream_id = p.stream_id
    ) made on made.stream_id = s.stream_id
    order by posts desc, s.stream_id limit ${most}`;
}

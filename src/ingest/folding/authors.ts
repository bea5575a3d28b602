import type { TransactionSql } from 'postgres';

/**
 * Lists the distinct authors of hashtags with at least `from` author-hours in these days, whose day buckets exist. When
 * there are such hashtags, reads the day's posts by posts_newest (see `db/fence.ts`): rows of `post_terms` are
 * scattered by term and do not have the platform.
 */
export async function listAuthors(
  tx: TransactionSql,
  days: readonly string[],
  authorsFrom: number,
): Promise<void> {
  await tx`
    with busy as materialized (
      select b.start as day, u.term from trend_buckets b cross join unnest(b.terms, b.author_hours) as u (term, author_hours)
      where b.kind = 'HASHTAG' and b.size = 'DAY' and b.start = any(${days as string[]}::timestamptz[])
      group by 1, 2 having sum(u.author_hours) >= ${authorsFrom}
    ), days as materialized (select distinct day from busy), used as materialized (
      select /* across streams: all posts of a day */ distinct d.day, p.term, s.platform, p.author_id collate "C" as author
      from days d cross join lateral (
        select stream_id, author_id, unnest(hashtags) as term, clock_timestamp() as fence from posts
        where created_at >= d.day and created_at < d.day + interval '24 hours' and own and stands and kind <> 'REPOST'
      ) p join busy on busy.day = d.day and busy.term = p.term join streams s on s.stream_id = p.stream_id
    )
    insert into trend_authors (term, day, platform, authors)
    select term, day, platform, array_agg(author order by author) from used group by term, day, platform`;
}

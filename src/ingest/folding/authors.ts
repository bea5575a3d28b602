import type { TransactionSql } from 'postgres';

/**
 * Lists the distinct authors of the hashtags with so many author-hours in these days (first hours of them), of which the
 * buckets are made. Each hashtag's uses are one range of post_terms_term.
 */
export async function listAuthors(tx: TransactionSql, days: number[], authorsFrom: number): Promise<void> {
  await tx`
    delete from trend_authors
    where day in (select to_timestamp(hour * 3600.0) from unnest(${days}::int[]) as hour)`;
  await tx`
    insert into trend_authors (term, day, platform, authors)
    select t.term, busy.day, s.platform, array_agg(distinct t.author_id collate "C" order by t.author_id collate "C")
    from (
      select b.start as day, u.term from trend_buckets b
        cross join unnest(b.terms, b.author_hours) as u (term, author_hours)
      where b.kind = 'HASHTAG' and b.size = 'DAY'
        and b.start in (select to_timestamp(hour * 3600.0) from unnest(${days}::int[]) as hour)
      group by 1, 2 having sum(u.author_hours) >= ${authorsFrom}
    ) busy
    cross join lateral (
      select t.term, t.author_id, t.stream_id from post_terms t
      where t.stands and t.term = busy.term and t.created_at >= busy.day and t.created_at < busy.day + interval '1 day'
        and t.author_id is not null offset 0
    ) t
    join streams s on s.stream_id = t.stream_id
    group by 1, 2, 3`;
}

import type { Sql, TransactionSql } from 'postgres';

/**
 * How many hours of trends, of a kind of term each, are not what a recount of the posts gives; hours that wait to be folded
 * are left out. Reads all posts of the folded days, in one statement: marks and counts are of one moment.
 */
export async function countMisfolded(sql: Sql | TransactionSql): Promise<number> {
  const [row] = await sql<{ hours: number }[]>`
    with marked as materialized (
      select distinct to_timestamp(hour * 3600.0) as hour from trend_changes, unnest(hours) as hour
    ), folded as (
      select b.platform, b.kind, b.start as hour, u.term, u.posts, u.authors
      from trend_buckets b, unnest(b.terms, b.posts, b.author_hours) as u (term, posts, authors)
      where b.size = 'HOUR' and b.start not in (select hour from marked)
    ), counted as (
      select s.platform, u.kind, date_trunc('hour', p.created_at, 'UTC') as hour, u.term, count(*)::int as posts,
        count(distinct p.author_id)::int as authors
      from trend_folding f join posts p on p.created_at >= f.folded_from join streams s on s.stream_id = p.stream_id
      cross join lateral (
        select 'HASHTAG' as kind, unnest(p.hashtags) as term
        union all select 'MENTION', unnest(p.mentions)
        union all select 'WORD', unnest(case when p.created_at >= f.words_from then p.words end)) u
      where p.own and p.stands and p.kind <> 'REPOST'
        and date_trunc('hour', p.created_at, 'UTC') not in (select hour from marked)
      group by 1, 2, 3, 4
    )
    select count(distinct (kind, hour))::int as hours
    from folded f full join counted c using (platform, kind, hour, term)
    where (f.posts, f.authors) is distinct from (c.posts, c.authors)`;
  return row?.hours ?? 0;
}

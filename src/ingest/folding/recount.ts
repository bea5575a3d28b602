import type { Sql, TransactionSql } from 'postgres';
import { joinedList } from '../../shared/stored-lists.ts';

/**
 * Counts the hours of trends, per kind of term, that differ from a recount of the posts, without hours that wait to be
 * folded. Reads all posts of the folded days in one statement, so marks and counts are consistent.
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
      select /* across streams: all folded posts */ s.platform, k.kind, date_trunc('hour', p.created_at, 'UTC') as hour, u.term, count(*)::int as posts,
        count(distinct p.author_id)::int as authors
      from trend_folding f join posts p on p.created_at >= f.folded_from join streams s on s.stream_id = p.stream_id
      cross join (values ('HASHTAG'), ('MENTION'), ('WORD')) as k (kind)
      cross join lateral unnest(case k.kind when 'HASHTAG' then p.hashtags when 'MENTION' then p.mentions
        else case when p.created_at >= f.words_from then ${sql.unsafe(joinedList('words'))} end end) as u (term)
      where p.own and p.stands and p.kind <> 'REPOST'
        and date_trunc('hour', p.created_at, 'UTC') not in (select hour from marked)
      group by 1, 2, 3, 4
    )
    select count(distinct (kind, hour))::int as hours
    from folded f full join counted c using (platform, kind, hour, term)
    where (f.posts, f.authors) is distinct from (c.posts, c.authors)`;
  return row?.hours ?? 0;
}

/**
 * Counts the days with a hashtag whose listed authors differ from those of the posts, without days that contain an hour
 * waiting to be folded. Reads all posts of the listed days in one statement.
 */
export async function countMislisted(sql: Sql | TransactionSql): Promise<number> {
  const [row] = await sql<{ days: number }[]>`
    with marked as materialized (
      select distinct date_trunc('day', to_timestamp(hour * 3600.0), 'UTC') as day from trend_changes, unnest(hours) as hour
    ), listed as materialized (
      select platform, term, day, authors from trend_authors where day not in (select day from marked)
    ), counted as (
      select /* across streams: all posts of the listed days */ s.platform, term, date_trunc('day', p.created_at, 'UTC') as day,
        array_agg(distinct p.author_id collate "C" order by p.author_id collate "C") as authors
      from posts p join streams s on s.stream_id = p.stream_id cross join unnest(p.hashtags) as term
      where p.created_at >= (select min(day) from listed) and p.own and p.stands and p.kind <> 'REPOST'
        and (term, date_trunc('day', p.created_at, 'UTC')) in (select term, day from listed)
      group by 1, 2, 3
    )
    select count(distinct day)::int as days from listed l full join counted c using (platform, term, day)
    where l.authors is distinct from c.authors`;
  return row?.days ?? 0;
}

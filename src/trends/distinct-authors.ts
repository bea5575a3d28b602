import { type SQL, sql } from 'drizzle-orm';
import { fence } from '../db/fence.ts';
import { toIso } from '../shared/instant.ts';
import type { Range } from '../shared/range.ts';

/**
 * Returns a query of (term, authors): the distinct authors of hashtags in own posts of all streams in a range.
 * `terms`: a table with a column `term`, without repeats.
 *
 * Merges the author lists (`trend_authors`) of days that did not change. The gaps between them come from the uses,
 * served by post_terms_term (term, created_at, author_id). A list has each author once.
 */
export function authorsIn({ from, to }: Range, terms: SQL): SQL {
  const lo = sql`${from === null ? '-infinity' : toIso(from)}::timestamptz`;
  const hi = sql`${to === null ? 'infinity' : toIso(to)}::timestamptz`;
  const isKept = sql`a.day >= ${lo} and a.day <= ${hi} - interval '1 day' and a.day not in (select day from changed)`;
  return sql`
    with asked as materialized (select * from ${terms} asked), changed as materialized (
      select distinct date_trunc('day', to_timestamp(hour * 3600.0), 'UTC') as day from trend_changes, unnest(hours) as hour
    ), gaps as materialized (
      select * from (
        select term, lag(day + interval '1 day', 1, ${lo}) over (partition by term order by day) as lo, day as hi
        from (select a.term, a.day from trend_authors a where a.term in (select term from asked) and ${isKept}
          union select term, ${hi} from asked) ends
      ) gaps where lo < hi
    ), between_lists as materialized (
      select /* across streams: all uses of a hashtag */ gap.term, array_agg(t.author_id) as authors
      from gaps gap cross join lateral (
        select t.author_id, ${fence} from post_terms t where t.stands and t.term = gap.term
          and t.created_at >= gap.lo and t.created_at < gap.hi
      ) t group by gap.term
    )
    select asked.term, (
      select count(author) from (select author from (
        select unnest(a.authors) collate "C" as author from trend_authors a where a.term = asked.term and ${isKept}
        union all
        select unnest(b.authors) collate "C" from between_lists b where b.term = asked.term
      ) named group by author) once
    )::float8 as authors
    from asked`;
}

import { type SQL, sql } from 'drizzle-orm';
import { toIso } from '../shared/instant.ts';
import type { Range } from '../shared/range.ts';

/**
 * A query of (term, authors): the distinct authors of hashtags in own posts of all streams in a range. `terms`: a table
 * with a column `term`, each once.
 *
 * The lists of the days that are kept and did not change are merged (`trend_authors`); what lies between them comes from
 * the uses, by post_terms_term (term, created_at, author_id). A list names an author once however often they post.
 */
export function authorsIn({ from, to }: Range, terms: SQL): SQL {
  const lo = sql`${from === null ? '-infinity' : toIso(from)}::timestamptz`;
  const hi = sql`${to === null ? 'infinity' : toIso(to)}::timestamptz`;
  const lists = sql`trend_authors a where a.term = asked.term and a.day >= ${lo}
    and a.day <= ${hi} - interval '1 day' and a.day not in (select day from changed)`;
  const gaps = sql`(
    select lag(day + interval '1 day', 1, ${lo}) over (order by day) as lo, day as hi
    from (select a.day from ${lists} union select ${hi}) ends
  )`;
  return sql`
    with changed as materialized (
      select distinct date_trunc('day', to_timestamp(hour * 3600.0), 'UTC') as day from trend_changes, unnest(hours) as hour
    )
    select asked.term, (
      select count(author) from (select author from (
        select unnest(a.authors) collate "C" as author from ${lists}
        union all
        select t.author_id collate "C" from ${gaps} gap cross join lateral (
          select t.author_id from post_terms t where t.stands and t.term = asked.term
            and t.created_at >= gap.lo and t.created_at < gap.hi offset 0
        ) t where gap.lo < gap.hi
      ) named group by author) once
    )::float8 as authors
    from ${terms} asked`;
}

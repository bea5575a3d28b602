import { type SQL, sql } from 'drizzle-orm';
import { dayMs } from '../../shared/instant.ts';
import { at, stretchOf } from './pieces.ts';
import type { Stretch } from './profile.ts';
import { isByTerm, type TrendScope, usesIn } from './uses.ts';

/**
 * Counts the distinct authors of each term of the table `shown` in a window. Used with the tables of `piecesOf`.
 *
 * Hashtags of all streams: merges the author lists of days that did not change; the gaps between them come from the
 * uses, served by post_terms_term (term, created_at, author_id). Each term is grouped by itself, which takes half the
 * time of one grouping of all. Other terms come from their uses.
 */
export function authorsOf(scope: TrendScope, window: Stretch): SQL {
  if (!isByTerm(scope)) {
    return sql`
      select t.term, count(distinct t.author_id)::float8 as authors
      from ${usesIn(scope, sql`(${stretchOf(window, 0)})`, 'shown')} group by t.term`;
  }
  const isKept = sql`a.day >= ${at(window.from)} and a.day <= ${at(window.to - dayMs)}
    and a.day not in (select day from changed_days) ${ofPlatform(scope)}`;
  return sql`
    with gaps as materialized (
      select term, lag(day + interval '1 day', 1, ${at(window.from)}) over (partition by term order by day) as lo, day as hi
      from (select a.term, a.day from trend_authors a where a.term in (select term from shown) and ${isKept}
        union select term, ${at(window.to)} from shown) ends
    ), between_lists as materialized (
      select t.term, array_agg(t.author_id) as authors
      from ${usesIn(scope, sql`(select lo, hi, term as of_term from gaps)`, 'lateral (select r.of_term as term)')} group by t.term
    )
    select shown.term, (
      select count(author) from (select author from (
        select unnest(a.authors) collate "C" as author from trend_authors a where a.term = shown.term and ${isKept}
        union all
        select unnest(b.authors) collate "C" from between_lists b where b.term = shown.term
      ) named group by author) once
    )::float8 as authors
    from shown`;
}

const ofPlatform = ({ platform }: TrendScope): SQL =>
  platform === null ? sql`` : sql`and a.platform = ${platform}`;

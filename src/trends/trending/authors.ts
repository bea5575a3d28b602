import { type SQL, sql } from 'drizzle-orm';
import { dayMs } from '../../shared/instant.ts';
import { at, stretchOf } from './pieces.ts';
import type { Stretch } from './profile.ts';
import { isByTerm, type TrendScope, usesIn } from './uses.ts';

/**
 * The distinct authors of each term of the table `shown` in a window. Beside what `piecesOf` gives.
 *
 * Hashtags of all streams: the lists of the days that are kept and did not change, and what lies between them from the
 * uses, by post_terms_term (term, created_at, author_id). Each term is grouped by itself, which takes half of what one
 * grouping of all would. Others: from their uses.
 */
export function authorsOf(scope: TrendScope, window: Stretch): SQL {
  if (!isByTerm(scope)) {
    return sql`
      select t.term, count(distinct t.author_id)::float8 as authors
      from ${usesIn(scope, sql`(${stretchOf(window, 0)})`, 'shown')} group by t.term`;
  }
  const lists = sql`trend_authors a where a.term = shown.term ${ofPlatform(scope)}
    and a.day >= ${at(window.from)} and a.day <= ${at(window.to - dayMs)}
    and a.day not in (select day from changed_days)`;
  const gaps = sql`(
    select lag(day + interval '1 day', 1, ${at(window.from)}) over (order by day) as lo, day as hi
    from (select a.day from ${lists} union select ${at(window.to)}) ends
  )`;
  return sql`
    select shown.term, (
      select count(author) from (select author from (
        select unnest(a.authors) collate "C" as author from ${lists}
        union all
        select t.author_id collate "C" from ${usesIn(scope, gaps, '(select shown.term)')}
      ) named group by author) once
    )::float8 as authors
    from shown`;
}

const ofPlatform = ({ platform }: TrendScope): SQL =>
  platform === null ? sql`` : sql`and a.platform = ${platform}`;

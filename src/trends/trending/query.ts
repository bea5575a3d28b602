import { type SQL, sql } from 'drizzle-orm';
import { arrayOf } from '../../db/array.ts';
import type { Database } from '../../db/client.ts';
import { dayMs } from '../../shared/instant.ts';
import { dayOf, pastDays } from '../../shared/trend.ts';
import { authorsOf } from './authors.ts';
import { at, foldedFrom, piecesOf, stretchOf, sumsOf } from './pieces.ts';
import type { HourTotal, Stretch } from './profile.ts';
import { type TrendScope, usesIn } from './uses.ts';

/** Which terms of a window to read. */
export type Wanted = {
  /**
   * COUNT: the `first` terms with most posts, ties by code point. BURST: the `first` terms that stand out most by a
   * rough measure, as candidates for the ranking. A list: these terms, used or not.
   */
  readonly by: 'COUNT' | 'BURST' | readonly string[];
  readonly first: number;
  /** Whether to read the data for `burst` and `expected` as well. */
  readonly withPast: boolean;
  /** COUNT only: terms to read as well, whatever their rank. */
  readonly also?: readonly string[];
};

/** A term in a window and in its past. Without `withPast` the figures of the past and author-hours are 0. */
export type TermRow = {
  readonly term: string;
  /** Its rank among all terms by posts; null unless read by COUNT. */
  readonly position: number | null;
  readonly posts: number;
  readonly authorHours: number;
  readonly authors: number;
  readonly pastPosts: number;
  readonly pastAuthorHours: number;
  readonly samePosts: number;
  readonly sameAuthorHours: number;
};

export type WindowRow = {
  /** Distinct terms in the window. */
  readonly total: number;
  /** Author-hours of all terms in each hour of the past that has any. */
  readonly totals: readonly HourTotal[];
  readonly rows: readonly TermRow[];
};

/** Returns the 28 days before the day in which a window begins. */
export function pastOf({ from }: Stretch): Stretch {
  const to = dayOf(from);
  return { from: to - pastDays * dayMs, to };
}

/**
 * The longest window that is compared with the same hours of earlier weeks: a longer one has most hours of a day
 * twice.
 */
const sameHoursMs = 2 * dayMs;

/**
 * Returns the windows of the same hours of the week, one to four weeks earlier; none for a window of more than two
 * days.
 */
export const sameHoursOf = ({ from, to }: Stretch): readonly Stretch[] =>
  to - from > sameHoursMs
    ? []
    : [1, 2, 3, 4].map((week) => ({ from: from - 7 * week * dayMs, to: to - 7 * week * dayMs }));

/** Reads a window in one statement. Distinct authors are counted only for the shown terms. */
export async function readWindow(
  db: Database,
  scope: TrendScope,
  window: Stretch,
  wanted: Wanted,
): Promise<WindowRow> {
  const { by, withPast } = wanted;
  const past = pastOf(window);
  const spans = withPast
    ? sql`${stretchOf(window, 0)} union all select 1, ${at(past.from)}, ${at(past.to)} where not (select kept from past_kept)`
    : stretchOf(window, 0);
  const pasts = sql`pasts as materialized (${withPast ? pastSums(scope, past, judgedBy(by)) : noSums})`;
  const shown = sql`shown as materialized (${shownBy(wanted, window)})`;
  const [row] = await db.rows<Answer>(sql`
    with ${withPast ? sql`past_kept as materialized (${pastKept(scope, past)}),` : sql``}
    ${piecesOf(scope, spans, { withAuthorHours: withPast })}, sums as materialized (${sumsOf(0, { withAuthorHours: withPast })}),
    ${by === 'BURST' ? sql`${pasts}, ${shown}` : sql`${shown}, ${pasts}`},
    authors as materialized (${authorsOf(scope, window)}),
    same_hours as (${withPast ? sameHours(scope, window) : noSums})
    select (select count(*) from sums)::float8 as total,
      ${withPast ? totalsOf(scope, past) : sql`null`} as totals,
      (select json_agg(json_build_array(s.term, s.position, s.posts, s.author_hours, coalesce(a.authors, 0),
          coalesce(p.posts, 0), coalesce(p.author_hours, 0), coalesce(h.posts, 0), coalesce(h.author_hours, 0))
          order by s.position, s.posts desc, s.term collate "C")
        from shown s left join authors a using (term) left join pasts p using (term)
          left join same_hours h using (term)) as rows`);
  return {
    total: row?.total ?? 0,
    totals: (row?.totals ?? []).map(([hour, authorHours]) => ({ hour, authorHours })),
    rows: (row?.rows ?? []).map(toTermRow),
  };
}

type Answer = {
  readonly total: number;
  readonly totals: readonly (readonly [hour: number, authorHours: number])[] | null;
  readonly rows: readonly Cells[] | null;
};
type Cells = readonly [
  term: string,
  position: number | null,
  posts: number,
  authorHours: number,
  authors: number,
  pastPosts: number,
  pastAuthorHours: number,
  samePosts: number,
  sameAuthorHours: number,
];

const toTermRow = ([
  term,
  position,
  posts,
  authorHours,
  authors,
  pastPosts,
  pastAuthorHours,
  ...same
]: Cells): TermRow => ({
  term,
  position,
  posts,
  authorHours,
  authors,
  pastPosts,
  pastAuthorHours,
  samePosts: same[0],
  sameAuthorHours: same[1],
});

const byCount = sql`posts desc, term collate "C"`;

function shownBy({ by, first, also = [] }: Wanted, { from, to }: Stretch): SQL {
  if (typeof by !== 'string') {
    return sql`select term, null::int as position, coalesce(posts, 0) as posts, coalesce(author_hours, 0) as author_hours
      from unnest(${arrayOf([...new Set(by)])}::text[]) as term left join sums using (term)`;
  }
  if (by === 'BURST') {
    // A rough measure: as if all hours were alike, and without the same hours of earlier weeks.
    const share = (to - from) / (pastDays * dayMs);
    return sql`select term, null::int as position, s.posts, s.author_hours
      from sums s left join pasts p using (term) where s.author_hours > 1
      order by sqrt(s.author_hours) - sqrt(coalesce(p.author_hours, 0) * ${share}::float8) desc, term collate "C"
      limit ${first}`;
  }
  if (also.length === 0) {
    return sql`select term, row_number() over ()::int as position, posts, author_hours
      from (select * from sums order by ${byCount} limit ${first}) top`;
  }
  return sql`select * from (
      select term, row_number() over (order by ${byCount})::int as position, posts, author_hours from sums
    ) ranked where position <= ${first} or term = any(${arrayOf(also)}::text[])`;
}

/** Selects the terms whose past is read. A single author is never a burst. */
const judgedBy = (by: Wanted['by']): SQL =>
  by === 'BURST' ? sql`select term from sums where author_hours > 1` : sql`select term from shown`;

/** Sums the past: a single row when it is stored, otherwise its pieces. */
function pastSums(scope: TrendScope, past: Stretch, judged: SQL): SQL {
  // `is true` keeps the list hashed: a join would unpack the past once for each term.
  const isJudged = sql`(u.term in (${judged})) is true`;
  if (scope.streamIds !== null) return sumsOf(1, { terms: isJudged });
  return sql`${sumsOf(1, { terms: isJudged })}
    union all
    select u.term, sum(u.posts) as posts, sum(u.author_hours) as author_hours from trend_buckets b
      cross join unnest(b.terms, b.posts, b.author_hours) as u (term, posts, author_hours)
    where ${isPast(scope, past)} and (select kept from past_kept) and ${isJudged} group by u.term`;
}

const noSums = sql`select null::text as term, 0 as posts, 0 as author_hours where false`;

function sameHours(scope: TrendScope, window: Stretch): SQL {
  const stretches = sameHoursOf(window);
  if (stretches.length === 0) return noSums;
  const ranges = sql.join(
    stretches.map((stretch) => stretchOf(stretch, 0)),
    sql` union all `,
  );
  return sql`select term, sum(posts) as posts, count(*) as author_hours from (
      select t.term, t.author_id, date_trunc('hour', t.created_at, 'UTC') as hour, count(*) as posts
      from ${usesIn(scope, sql`(${ranges})`, 'shown')} group by 1, 2, 3
    ) by_author group by term`;
}

const isPast = ({ kind, platform }: TrendScope, past: Stretch): SQL => sql`
  b.kind = ${kind} and b.size = 'PAST' and b.start = ${at(past.to)}
  ${platform === null ? sql`` : sql`and b.platform = ${platform}`}`;

/** Whether the sum of the past is stored and unchanged since. All kinds and platforms are stored together. */
function pastKept(scope: TrendScope, past: Stretch): SQL {
  if (scope.streamIds !== null) return sql`select false as kept`;
  return sql`select ${foldedFrom(scope)} <= ${at(past.from)}
      and exists (select 1 from trend_buckets
        where kind in ('HASHTAG', 'MENTION', 'WORD') and size = 'PAST' and start = ${at(past.to)})
      and not exists (select 1 from trend_changes, unnest(hours) as h
        where to_timestamp(h * 3600.0) >= ${at(past.from)} and to_timestamp(h * 3600.0) < ${at(past.to)}) as kept
    from trend_folding`;
}

/** Sums each hour: folded hours from their buckets, without unpacking them, and others from the posts that were read. */
function totalsOf({ kind, platform, streamIds }: TrendScope, past: Stretch): SQL {
  const folded =
    streamIds !== null
      ? sql``
      : sql`union all select b.start, sum(b.all_author_hours) from trend_buckets b, folding
          where b.kind = ${kind} and b.size = 'HOUR' ${platform === null ? sql`` : sql`and b.platform = ${platform}`}
            and b.start >= ${at(past.from)} and b.start < ${at(past.to)} and b.start >= folded_from
            and b.start not in (select hour from changed)
          group by b.start`;
  return sql`(select json_agg(json_build_array(extract(epoch from hour) / 3600, author_hours)) from (
      select hour, count(*) as author_hours from raw_uses where span = 1 group by hour ${folded}) hours)`;
}

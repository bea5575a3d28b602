import { type SQL, sql } from 'drizzle-orm';
import { toIso } from '../../shared/instant.ts';
import { trendBlocks } from '../../shared/trend.ts';
import type { Stretch } from './profile.ts';
import { type TrendScope, usesIn } from './uses.ts';

export const at = (instant: number): SQL => sql`${toIso(instant)}::timestamptz`;

/**
 * Common table expressions for the posts and author-hours of each term in some spans of time, exact at both ends:
 *
 *     from                                                               to
 *      |..raw..|--hour--|==six hours==|=======day=======|--hour--|..raw..|.raw.|
 *                                                                 changed
 *
 * Whole days, six-hour blocks and hours come from `trend_buckets`. The posts give the ragged ends, the hours that
 * changed since they were folded, and what is older than the folded days. One statement reads everything in one
 * snapshot, so a change and its mark are seen together or not at all. Within streams everything comes from the posts.
 *
 * `spans`: a statement that gives (span, lo, hi). Result: `buckets` (span, and three arrays), and `raw_uses` (span,
 * hour, term, author_id, posts), which was read from the posts; `sumsOf` adds them up. Without author-hours,
 * `raw_uses` has no hour and no author. `termsOf`: a table whose column `term` has the terms to read from the posts;
 * default: all.
 */
export function piecesOf(
  scope: TrendScope,
  spans: SQL,
  { termsOf, withAuthorHours }: { readonly termsOf?: string; readonly withAuthorHours: boolean },
): SQL {
  const uses = usesIn(scope, sql`raw`, termsOf);
  const isFolded = scope.streamIds === null;
  return sql`
    folding as materialized (
      ${isFolded ? sql`select ${foldedFrom(scope)} as folded_from from trend_folding limit 1` : sql`select 'infinity'::timestamptz as folded_from`}
    ), changed as materialized (
      ${isFolded ? sql`select distinct to_timestamp(h * 3600.0) as hour from trend_changes, unnest(hours) as h` : sql`select null::timestamptz as hour where false`}
    ), spans as materialized (${spans}), covered as materialized (
      select span, lo as first, greatest(lo, least(hi, folded_from)) as lo, hi from spans, folding
    ), ends as materialized (
      select span, first, lo, hi, date_trunc('hour', hi, 'UTC') as floor,
        date_trunc('hour', lo, 'UTC') + case when lo > date_trunc('hour', lo, 'UTC') then interval '1 hour' else interval '0' end as ceil
      from covered
    ), raw as materialized (
      select span, first as lo, lo as hi from ends where first < lo
      union all select span, lo, least(ceil, hi) from ends where lo < least(ceil, hi)
      union all select span, greatest(floor, ceil), hi from ends where greatest(floor, ceil) < hi
      union all select span, hour, hour + interval '1 hour' from ends join changed on hour >= ceil and hour < floor
    ), raw_uses as (
      ${
        withAuthorHours
          ? sql`select r.span, date_trunc('hour', t.created_at, 'UTC') as hour, t.term, t.author_id, count(*)::int as posts
            from ${uses} group by 1, 2, 3, 4`
          : sql`select r.span, t.term, 1 as posts from ${uses}`
      }
    ), ${isFolded ? bucketsOf(scope) : sql`buckets as (${noBuckets})`}`;
}

/**
 * Sums the posts and author-hours of each term in one span, from the tables of `piecesOf`. `terms`: a condition on
 * u.term. Counts stay int4, whose sums are int8; sums of int8 are numeric, which takes twice the time. Lists are
 * unpacked among the columns: after FROM each would be stored before it is read, which takes half as long again.
 */
export function sumsOf(
  span: number,
  {
    terms = sql`true`,
    withAuthorHours = true,
  }: { readonly terms?: SQL; readonly withAuthorHours?: boolean } = {},
): SQL {
  const ofSpan = sql`where u.span = ${span} and ${terms}`;
  if (!withAuthorHours) {
    return sql`
    select term, sum(posts) as posts, 0::int8 as author_hours from (
      select u.term, u.posts from (
        select span, unnest(terms) as term, unnest(post_counts) as posts from buckets where span = ${span}
      ) u ${ofSpan}
      union all
      select u.term, u.posts from raw_uses u ${ofSpan}
    ) uses group by term`;
  }
  return sql`
  select term, sum(posts) as posts, sum(author_hours) as author_hours from (
    select u.term, u.posts, u.author_hours from (
      select span, unnest(terms) as term, unnest(post_counts) as posts, unnest(author_hour_counts) as author_hours
      from buckets where span = ${span}
    ) u ${ofSpan}
    union all
    select u.term, u.posts, 1 from raw_uses u ${ofSpan}
  ) uses group by term`;
}

/** The instant since which the terms of a scope are folded: a column of trend_folding. */
export const foldedFrom = ({ kind }: TrendScope): SQL =>
  kind === 'WORD' ? sql`words_from` : sql`folded_from`;

const noBuckets = sql`
  select 0 as span, null::text[] as terms, null::int[] as post_counts, null::int[] as author_hour_counts where false`;

/**
 * `buckets`: the folded, unchanged parts of the spans in the largest pieces: blocks that are not in a longer such
 * block, and hours that are in none. Read by the primary key: LATERAL and OFFSET 0 keep the planner from reading the
 * whole table. `changed_days`: the days with a changed hour.
 */
function bucketsOf({ kind, platform }: TrendScope): SQL {
  const ofKind = (size: SQL) =>
    sql`b.kind = ${kind} and b.size = ${size} ${platform === null ? sql`` : sql`and b.platform = ${platform}`}`;
  const figures = sql`b.terms, b.posts as post_counts, b.author_hours as author_hour_counts`;
  const blockOf = (hours: SQL, instant: SQL) =>
    sql`date_bin(${hours} * interval '1 hour', ${instant}, 'epoch'::timestamptz)`;
  const sizes = sql.join(
    trendBlocks.map(
      ({ size, hours }, at) => sql`(${size}, ${hours}::int, ${trendBlocks[at + 1]?.hours ?? 2 * hours}::int)`,
    ),
    sql`, `,
  );
  // Checks both sizes: a day may have been folded before six-hour blocks existed.
  const inBlock = (hours: SQL) => sql`(e.span, b.platform, ${blockOf(hours, sql`b.start`)})
    in (select span, platform, start from whole where hours = ${hours})`;
  return sql`sizes (size, hours, longer) as materialized (values ${sizes}), changed_blocks as materialized (
      select distinct size, ${blockOf(sql`hours`, sql`hour`)} as start from changed, sizes
    ), changed_days as materialized (
      select start as day from changed_blocks where size = 'DAY'
    ), whole as materialized (
      select e.span, s.*, b.platform, b.start from ends e cross join sizes s cross join lateral (
        select b.platform, b.start from trend_buckets b
        where ${ofKind(sql`s.size`)} and b.start >= e.lo and b.start <= e.hi - s.hours * interval '1 hour' offset 0
      ) b where (s.size, b.start) not in (select size, start from changed_blocks)
    ), buckets as (
      select w.span, b.* from whole w cross join lateral (
        select ${figures} from trend_buckets b
        where b.kind = ${kind} and b.size = w.size and b.start = w.start and b.platform = w.platform offset 0
      ) b where (w.span, w.platform, w.longer, ${blockOf(sql`w.longer`, sql`w.start`)})
        not in (select span, platform, hours, start from whole)
      union all
      select e.span, b.terms, b.post_counts, b.author_hour_counts from ends e cross join lateral (
        select b.platform, b.start, ${figures} from trend_buckets b
        where ${ofKind(sql`'HOUR'`)} and b.start >= e.lo and b.start <= e.hi - interval '1 hour' offset 0
      ) b where b.start not in (select hour from changed) and not ${inBlock(sql.raw('6'))} and not ${inBlock(sql.raw('24'))}
    )`;
}

export const stretchOf = ({ from, to }: Stretch, span: number): SQL =>
  sql`select ${span}::int as span, ${at(from)} as lo, ${at(to)} as hi`;

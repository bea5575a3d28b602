import { type SQL, sql } from 'drizzle-orm';
import { toIso } from '../../shared/instant.ts';
import { trendBlocks } from '../../shared/trend.ts';
import type { Stretch } from './profile.ts';
import { type TrendScope, usesIn } from './uses.ts';

export const at = (instant: number): SQL => sql`${toIso(instant)}::timestamptz`;

/**
 * Common table expressions that give the posts and author-hours of each term in some spans of time, exact at both ends:
 *
 *     from                                                              to
 *      |..raw..|--hour--|--hour--|=======day=======|--hour--|..raw..|--hour--|.raw.|
 *                                                            changed
 *
 * Whole days, blocks of them, and hours come from `trend_buckets`; the ragged ends, the hours that changed since they were folded, and what is
 * older than the folded days from the posts. All of it is one statement, so one snapshot: a change and its mark are seen
 * together or not at all. Within streams everything comes from the posts.
 *
 * `spans`: a statement that gives (span, lo, hi). Result: `buckets` (span, and three arrays), and `raw_uses` (span,
 * hour, term, author_id, posts), what was read from the posts: `sumsOf` adds them up. `termsOf`: a table
 * whose column `term` has the terms that are read of the posts; default: all.
 */
export function piecesOf(scope: TrendScope, spans: SQL, termsOf?: string): SQL {
  const isFolded = scope.streamIds === null;
  return sql`
    folding as materialized (
      ${isFolded ? sql`select ${foldedFrom(scope)} as folded_from from trend_folding` : sql`select 'infinity'::timestamptz as folded_from`}
    ), changed as materialized (
      ${isFolded ? sql`select distinct to_timestamp(h * 3600.0) as hour from trend_changes, unnest(hours) as h` : sql`select null::timestamptz as hour where false`}
    ), changed_days as materialized (
      select distinct date_trunc('day', hour, 'UTC') as day from changed
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
    ), raw_uses as materialized (
      select r.span, date_trunc('hour', t.created_at, 'UTC') as hour, t.term, t.author_id, count(*)::int as posts
      from ${usesIn(scope, sql`raw`, termsOf)}
      group by 1, 2, 3, 4
    ), ${isFolded ? bucketsOf(scope) : sql`buckets as (${noBuckets})`}`;
}

/**
 * The posts and author-hours of each term in one span, of what `piecesOf` gives; `terms`: a condition on u.term. Counts stay
 * int4, of which sums are int8: sums of int8 are numeric, which takes twice the time. Lists are unpacked among the columns:
 * after FROM each would be stored before it is read, which takes half as much again.
 */
export function sumsOf(
  span: number,
  {
    terms = sql`true`,
    withAuthorHours = true,
  }: { readonly terms?: SQL; readonly withAuthorHours?: boolean } = {},
): SQL {
  const authorHours = (of: SQL) => (withAuthorHours ? of : sql`0`);
  return sql`
  select term, sum(posts) as posts, ${withAuthorHours ? sql`sum(author_hours)` : sql`0::int8`} as author_hours from (
    select u.term, u.posts, u.author_hours from (
      select unnest(terms) as term, unnest(post_counts) as posts, ${authorHours(sql`unnest(author_hour_counts)`)} as author_hours
      from buckets where span = ${span}
    ) u where ${terms}
    union all
    select u.term, u.posts, 1 from raw_uses u where u.span = ${span} and ${terms}
  ) uses group by term`;
}

/** Since when the terms of a scope are folded: a column of trend_folding. */
export const foldedFrom = ({ kind }: TrendScope): SQL =>
  kind === 'WORD' ? sql`words_from` : sql`folded_from`;

const noBuckets = sql`
  select 0 as span, null::text[] as terms, null::int[] as post_counts, null::int[] as author_hour_counts where false`;

/**
 * `buckets`: what is folded of the spans, and did not change, in the largest pieces: blocks of days and days that lie in no block that does; hours
 * that are in no whole day. By the primary key.
 */
function bucketsOf({ kind, platform }: TrendScope): SQL {
  const ofKind = (size: SQL) =>
    sql`b.kind = ${kind} and b.size = ${size} ${platform === null ? sql`` : sql`and b.platform = ${platform}`}`;
  const figures = sql`b.terms, b.posts as post_counts, b.author_hours as author_hour_counts`;
  const sizes = sql.join(
    trendBlocks.map(({ size, days }) => sql`(${size}, ${days}::int)`),
    sql`, `,
  );
  return sql`whole_days as materialized (
      select e.span, b.platform, b.size, s.days, b.start
      from ends e cross join (values ${sizes}) s (size, days) join trend_buckets b
        on ${ofKind(sql`s.size`)} and b.start >= e.lo and b.start <= e.hi - s.days * interval '1 day'
      where not exists (select from changed_days c where c.day >= b.start and c.day < b.start + s.days * interval '1 day')
    ), buckets as (
    select d.span, ${figures} from whole_days d join trend_buckets b
      on ${ofKind(sql`d.size`)} and b.start = d.start and b.platform = d.platform
    where not exists (select from whole_days larger
      where larger.span = d.span and larger.platform = d.platform and larger.days = 2 * d.days
        and larger.start = date_bin(larger.days * interval '1 day', d.start, 'epoch'::timestamptz))
    union all
    select e.span, ${figures} from ends e join trend_buckets b
      on ${ofKind(sql`'HOUR'`)} and b.start >= e.lo and b.start <= e.hi - interval '1 hour'
    where b.start not in (select hour from changed)
      and (e.span, b.platform, date_trunc('day', b.start, 'UTC')) not in (select span, platform, start from whole_days where days = 1)
    )`;
}

export const stretchOf = ({ from, to }: Stretch, span: number): SQL =>
  sql`select ${span}::int as span, ${at(from)} as lo, ${at(to)} as hi`;

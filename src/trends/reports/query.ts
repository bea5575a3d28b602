import { type SQL, sql } from 'drizzle-orm';
import type { Database } from '../../db/client.ts';
import { type Dimension, usesOf } from '../../db/dimensions.ts';
import { toDay, toIso } from '../../shared/instant.ts';
import type { Platform } from '../../shared/post.ts';
import type { Range } from '../../shared/range.ts';
import { ceilMonth, floorMonth } from '../../shared/month.ts';
import { foundOnce } from '../found-once.ts';

/** What all streams together have of a value. */
export type ReportRow = {
  readonly value: string;
  readonly posts: number;
  /** Null where it is known of none of them. */
  readonly engagement: number | null;
  /** Posts whose engagement is known. */
  readonly engaged: number;
  /** Distinct authors of these posts. */
  readonly authors: number;
  /** One of these streams. */
  readonly streamId: number;
};

type Report = {
  readonly dimension: Dimension;
  readonly range: Range;
  readonly platform: Platform | null;
  /** How many, after how many. */
  readonly page: readonly [first: number, offset: number];
};

/**
 * The values of a dimension with the most own posts of all streams, each post once; equal counts by code point. Of
 * accounts, each of which has one author, from the rollups; of topics from the posts.
 */
export async function listTopOfAll(db: Database, report: Report): Promise<readonly ReportRow[]> {
  const {
    dimension,
    range,
    platform,
    page: [first, offset],
  } = report;
  const platformOnly =
    platform === null ? sql`` : sql`join streams s on s.stream_id = t.stream_id and s.platform = ${platform}`;
  const ofAccounts = sql`
    select t.stream_id, coalesce(a.platform_id, '@' || lower(a.handle)) as author_id, t.value, t.posts, t.engagement, t.engaged
    from (${talliesIn(dimension, range)}) t join accounts a on a.stream_id = t.stream_id`;
  return (await db.orm.execute(sql`
    select t.value, sum(t.posts)::float8 as posts,
      case when sum(t.engaged) > 0 then sum(t.engagement) end::float8 as engagement,
      coalesce(sum(t.engaged), 0)::float8 as engaged,
      count(distinct t.author_id)::float8 as authors, min(t.stream_id) as "streamId"
    from (${ofAccounts} union all ${uses(dimension, foundOnce, range)}) t ${platformOnly}
    group by t.value order by posts desc, t.value collate "C" limit ${first} offset ${offset}`)) as unknown as readonly ReportRow[];
}

/** Totals where the range is open at both ends; else whole months, and posts where it begins or ends within one. */
function talliesIn(dimension: Dimension, range: Range): SQL {
  const { from, to } = range;
  if (from === null && to === null) {
    return sql`select stream_id, value, posts, engagement, engaged from tally_totals where dimension = ${dimension}`;
  }
  const [first, last] = [from === null ? null : ceilMonth(from), to === null ? null : floorMonth(to)];
  const ragged = (piece: Range) =>
    sql`select stream_id, value, posts, engagement, engaged from (${uses(dimension, 'true', piece)}) pieces`;
  if (first !== null && last !== null && first > last) return ragged(range);
  const parts = [
    sql`select m.stream_id, u.value, u.posts, u.engagement, u.engaged
      from tally_months m,
        unnest(m."values", m.posts, m.engagement, m.engaged) as u (value, posts, engagement, engaged)
      where m.dimension = ${dimension} ${first === null ? sql`` : sql`and m.month >= ${toDay(first)}::date`}
        ${last === null ? sql`` : sql`and m.month < ${toDay(last)}::date`}`,
    ...(from !== null && first !== null && from < first ? [ragged({ from, to: first })] : []),
    ...(to !== null && last !== null && last < to ? [ragged({ from: last, to })] : []),
  ];
  return sql.join(parts, sql` union all `);
}

/** Each use in the posts of a piece of time that a condition on `p` selects. Served by posts_newest. */
function uses(dimension: Dimension, where: string, { from, to }: Range): SQL {
  return sql`select stream_id, author_id, value, 1 as posts, engagement, (engagement is not null)::int as engaged
    from (${sql.raw(usesOf(dimension, where))}
      ${from === null ? sql`` : sql`and p.created_at >= ${toIso(from)}`}
      ${to === null ? sql`` : sql`and p.created_at < ${toIso(to)}`}) uses`;
}

import { type SQL, sql } from 'drizzle-orm';
import type { Database } from '../../db/client.ts';

import type { Sums } from '../../shared/sums.ts';
import { type LocalMs, offsetSpans } from '../../shared/zone.ts';
import { ceilQuarter, cutAt, floorQuarter, type Pieces, type Span, type StatsScope } from './scope.ts';

/** A day of the zone with a post, and the sums over its posts. */
export type DayActivity = Sums & { readonly day: LocalMs };
/** An hour of the week, weekday 1 Monday to 7 Sunday, over all weeks. */
export type SlotActivity = Sums & { readonly weekday: number; readonly hour: number };

export type Activity = { readonly days: readonly DayActivity[]; readonly slots: readonly SlotActivity[] };

const loaded = new WeakMap<StatsScope, Promise<Activity>>();

/**
 * The scope's activity by day and by hour of the week. Nearly every stat stands on these, so that one statement
 * serves a whole dashboard: it is read once a scope.
 */
export function loadActivity(db: Database, scope: StatsScope): Promise<Activity> {
  let activity = loaded.get(scope);
  if (activity === undefined) {
    activity = readActivity(db, scope);
    loaded.set(scope, activity);
  }
  return activity;
}

type GroupRow = Sums & { readonly day: string | null; readonly slot: number | null };

async function readActivity(db: Database, scope: StatsScope): Promise<Activity> {
  if (scope.span === null) return { days: [], slots: [] };
  // Both groupings from one scan: a range of the primary key (stream_id, bucket) for each span of the zone.
  const rows = (await db.orm.execute(sql`
    with quarters as (${quartersOf(scope, scope.span)})
    select case when grouping(day) = 0 then day::text end as day,
      case when grouping(slot) = 0 then slot end as slot, ${sumColumns}
    from (select *, local::date as day,
        ((extract(isodow from local) - 1) * 24 + extract(hour from local))::int as slot from quarters) q
    group by grouping sets ((day), (slot))`)) as unknown as readonly GroupRow[];
  const days: DayActivity[] = [];
  const slots: SlotActivity[] = [];
  for (const { day, slot, ...sums } of rows) {
    if (day !== null) days.push({ ...sums, day: Date.parse(`${day}T00:00:00Z`) });
    else if (slot !== null) slots.push({ ...sums, weekday: Math.floor(slot / 24) + 1, hour: slot % 24 });
  }
  days.sort((a, b) => a.day - b.day);
  return { days, slots };
}

/** Sums by an expression over `quarters`, e.g. the clock's hour. The key is milliseconds. */
export async function loadActivityBy(
  db: Database,
  scope: StatsScope,
  key: SQL,
): Promise<ReadonlyMap<number, Sums>> {
  if (scope.span === null) return new Map();
  const rows = (await db.orm.execute(sql`
    with quarters as (${quartersOf(scope, scope.span)})
    select ${key} as key, ${sumColumns} from quarters group by 1`)) as unknown as readonly (Sums & {
    readonly key: number;
  })[];
  return new Map(rows.map(({ key: at, ...sums }) => [at, sums]));
}

/**
 * The scope's activity as rows of `activity` with the local time they stand at: whole quarter-hours from the
 * rollup, and the posts themselves where the range begins or ends within one. Clocks are only ever set on a
 * quarter-hour (since 2006, all zones), so a rollup row lies in one span.
 */
export function quartersOf(scope: StatsScope, span: Span): SQL {
  const pieces = cutAt(span, ceilQuarter, floorQuarter);
  const parts = [...wholeParts(scope, pieces), ...raggedParts(scope, pieces)];
  return sql.join(parts, sql` union all `);
}

function wholeParts(scope: StatsScope, { whole }: Pieces): SQL[] {
  if (whole === null) return [];
  return [
    sql`select a.bucket as at, (a.bucket at time zone 'UTC') + s.shift as local, s.from_at as span_from, s.shift,
      a.posts, a.originals, a.replied, a.reposted, a.quoted, a.likes, a.reposts, a.replies, a.quotes, a.bookmarks,
      a.engagement, a.impressions, a.engaged_posts, a.impressions_estimated, a.sentiment, a.positive, a.neutral,
      a.negative, a.bits
    from ${spanRows(scope.zone, whole)} s
    join activity a on a.stream_id = ${scope.streamId} and a.bucket >= s.from_at and a.bucket < s.to_at`,
  ];
}

function raggedParts(scope: StatsScope, { ragged }: Pieces): SQL[] {
  return ragged.map((piece) => postRows(scope, piece));
}

/** The posts of a piece as rows of `activity`: one each. Served by posts_created. */
export function postRows(scope: StatsScope, piece: Span): SQL {
  return sql`select p.created_at as at, (p.created_at at time zone 'UTC') + s.shift as local, s.from_at as span_from, s.shift,
    1 as posts, (p.kind in ('ORIGINAL', 'MESSAGE'))::int as originals, (p.kind = 'REPLY')::int as replied,
    (p.kind = 'REPOST')::int as reposted, (p.kind = 'QUOTE')::int as quoted, p.likes, p.reposts, p.replies, p.quotes,
    p.bookmarks, p.engagement, p.impressions, (p.engagement is not null)::int as engaged_posts,
    case when p.impressions_estimated then p.impressions end as impressions_estimated,
    case when p.kind = 'REPOST' then 0 else p.sentiment end as sentiment,
    (p.kind <> 'REPOST' and p.sentiment >= 500)::int as positive,
    (p.kind <> 'REPOST' and p.sentiment > -500 and p.sentiment < 500)::int as neutral,
    (p.kind <> 'REPOST' and p.sentiment <= -500)::int as negative,
    case when p.kind = 'REPOST' then 0 else p.bits end as bits
  from ${spanRows(scope.zone, piece)} s
  join posts p on p.stream_id = ${scope.streamId} and p.own and p.created_at >= s.from_at and p.created_at < s.to_at`;
}

/** The zone's offsets over a piece of time, as rows: from_at, to_at, shift. */
export function spanRows(zone: string, piece: Span): SQL {
  const spans = offsetSpans(zone, piece.from, piece.to);
  const iso = (at: number) => new Date(at).toISOString();
  return sql`(select from_at::timestamptz, to_at::timestamptz, make_interval(secs => shift_seconds) as shift
    from unnest(${textArray(spans.map((span) => iso(span.from)))}::text[],
      ${textArray(spans.map((span) => iso(span.to)))}::text[],
      ${textArray(spans.map((span) => String(span.offsetMs / 1000)))}::float8[]) as t (from_at, to_at, shift_seconds))`;
}

/** Drizzle takes an array for a list of parameters; this sends it as one. */
export function textArray(values: readonly string[]): SQL {
  return sql`${sql.param(`{${values.map((value) => `"${value.replace(/["\\]/g, '\\$&')}"`).join(',')}}`)}`;
}

/** Milliseconds of a timestamptz expression. */
export const msOf = (expression: SQL): SQL => sql`(extract(epoch from ${expression}) * 1000)::float8`;

const sumColumns = sql`sum(posts)::float8 as posts, sum(originals)::float8 as originals,
  sum(replied)::float8 as replied, sum(reposted)::float8 as reposted, sum(quoted)::float8 as quoted,
  sum(likes)::float8 as likes, sum(reposts)::float8 as reposts, sum(replies)::float8 as replies,
  sum(quotes)::float8 as quotes, sum(bookmarks)::float8 as bookmarks, sum(engagement)::float8 as engagement,
  sum(impressions)::float8 as impressions, sum(engaged_posts)::float8 as "engagedPosts",
  sum(impressions_estimated)::float8 as "impressionsEstimated", sum(sentiment)::float8 as sentiment,
  sum(positive)::float8 as positive, sum(neutral)::float8 as neutral, sum(negative)::float8 as negative,
  sum(bits)::float8 as bits`;

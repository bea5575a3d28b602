import { type SQL, sql } from 'drizzle-orm';
import { arrayOf } from '../../db/array.ts';
import { isMadeDay } from '../../db/packed-chatters.ts';
import { dayMs, toDay, toIso } from '../../shared/instant.ts';
import type { Pieces, Span, StatsScope } from './scope.ts';

/**
 * Two parts of a WITH clause: `made`, the rows of `chatter_days` for the whole steps of a span, by its primary key; and `rest`, the
 * spans without a row, as parts of UTC days (day, from_at, to_at). The messages of `rest` are read. `columns`: those of a row `k`, besides
 * day and until.
 */
export function madeAndRest(
  { streamId, keepsMinutes }: StatsScope,
  { whole, ragged }: Pieces,
  columns: SQL,
): SQL {
  const { from, to } = whole ?? { from: 0, to: 0 };
  const ends = ragged.flatMap(cutByDay);
  const made = sql`select k.day, k.until, ${columns}
    from chatter_days k where k.stream_id = ${streamId} and k.day >= ${toDay(from)}::date
      and k.day <= ${toDay(Math.max(from, to - 1))}::date and ${sql.raw(isMadeDay('k'))} and ${keepsMinutes && whole !== null}`;
  const rest = sql`select d.day, greatest(d.from_at, k.until) as from_at, d.to_at
    from (select (start at time zone 'UTC')::date as day, greatest(start, ${toIso(from)}::timestamptz) as from_at,
        least(start + interval '24 hours', ${toIso(to)}::timestamptz) as to_at
      from generate_series(${toIso(from - (from % dayMs))}::timestamptz, ${toIso(to - 1)}::timestamptz, interval '24 hours') as start) d
    left join made k on k.day = d.day
    where greatest(d.from_at, k.until) < d.to_at
    union all
    select * from unnest(${arrayOf(ends.map((end) => toDay(end.from)))}::text[]::date[],
      ${arrayOf(ends.map((end) => toIso(end.from)))}::text[]::timestamptz[],
      ${arrayOf(ends.map((end) => toIso(end.to)))}::text[]::timestamptz[]) as ends (day, from_at, to_at)`;
  return sql`made as materialized (${made}), rest as materialized (${rest})`;
}

/** Cuts a span at the starts of UTC days. */
export function cutByDay({ from, to }: Span): readonly Span[] {
  const parts: Span[] = [];
  for (let at = from; at < to; at = parts.at(-1)?.to ?? to) {
    parts.push({ from: at, to: Math.min(to, at - (at % dayMs) + dayMs) });
  }
  return parts;
}

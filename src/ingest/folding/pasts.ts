import type { TransactionSql } from 'postgres';
import { dayMs, hourMs, toIso } from '../../shared/instant.ts';
import { dayOf, hourOf, pastDays, trendBlocks } from '../../shared/trend.ts';
import { addUp } from './sums.ts';

/**
 * How many days ago the precomputed pasts end. In these days start the windows of an hour, a day and a week that end
 * now, and the windows before them. Other windows sum their past when they are queried.
 */
const madePasts = [0, 1, 2, 7, 14];
/** Days for which a past is kept. */
const keptPasts = 15;

/** Drops the pasts that contain one of these hours. */
export async function dropPasts(tx: TransactionSql, hours: number[]): Promise<void> {
  await tx`
    delete from trend_buckets where size = 'PAST' and exists (
      select from unnest(${hours}::int[]) as hour
      where to_timestamp(hour * 3600.0) < start and to_timestamp(hour * 3600.0) >= start - ${pastDays} * interval '24 hours')`;
}

/** Sums the newest past that is missing and has no hour waiting to be folded; false when there is none. */
export async function makePast(tx: TransactionSql, now: number): Promise<boolean> {
  const today = toIso(dayOf(now));
  await tx`delete from trend_buckets where size = 'PAST' and start < ${toIso(dayOf(now) - keptPasts * dayMs)}`;
  const [missing] = await tx<{ start: number; words: boolean }[]>`
    select extract(epoch from start.start)::float8 * 1000 as start, words_from <= start.start - ${pastDays} * interval '24 hours' as words from trend_folding, unnest(${madePasts}::int[]) as ago,
      lateral (select ${today}::timestamptz - ago * interval '24 hours' as start) start
    where folded_from <= start.start - ${pastDays} * interval '24 hours'
      and not exists (select from trend_buckets b where b.size = 'PAST' and b.start = start.start)
      and exists (select from trend_buckets b where b.size = 'DAY'
        and (b.kind <> 'WORD' or words_from <= start.start - ${pastDays} * interval '24 hours')
        and b.start >= start.start - ${pastDays} * interval '24 hours' and b.start < start.start)
      and not exists (select from trend_changes c, unnest(c.hours) as hour
        where to_timestamp(hour * 3600.0) >= start.start - ${pastDays} * interval '24 hours'
          and to_timestamp(hour * 3600.0) < start.start)
    order by ago limit 1`;
  if (missing === undefined) return false;
  const parts = partsOf(missing.start);
  const start = tx`${toIso(missing.start)}::timestamptz`;
  const made = await addUp(tx, {
    size: 'PAST',
    sums: tx`
      select distinct b.platform, b.kind, ${start} as start from trend_buckets b
      where b.kind in ('HASHTAG', 'MENTION', 'WORD') and b.size = 'DAY' and (b.kind <> 'WORD' or ${missing.words})
        and b.start < ${start}
        and b.start >= ${start} - ${pastDays} * interval '24 hours'`,
    parts: tx`(b.size, b.start) in (select * from unnest(
      ${parts.map(({ size }) => size)}::text[], ${parts.map(({ hour }) => toIso(hour * hourMs))}::timestamptz[]))`,
  });
  return made > 0;
}

/**
 * Splits the days before an instant into the largest blocks. All of these exist: blocks are made before pasts, and a
 * past is only made when none of its hours waits to be folded.
 */
function partsOf(start: number): readonly { readonly size: string; readonly hour: number }[] {
  const end = hourOf(start);
  const parts: { size: string; hour: number }[] = [];
  for (let hour = end - 24 * pastDays; hour < end; ) {
    const block =
      trendBlocks.findLast(({ hours }) => hour % hours === 0 && hour + hours <= end) ?? trendBlocks[0];
    parts.push({ size: block.size, hour });
    hour += block.hours;
  }
  return parts;
}

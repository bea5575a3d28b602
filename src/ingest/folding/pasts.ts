import type { TransactionSql } from 'postgres';
import { dayMs, toIso } from '../../shared/instant.ts';
import { dayOf, pastDays } from '../../shared/trend.ts';

/**
 * Of how many days ago the past is added up: in these days windows of an hour, a day and a week begin that end now, and so
 * do the windows before them. Others add their past up when they are asked for.
 */
const madePasts = [0, 1, 2, 7, 14];
/** Pasts that were made stay so many days. */
const keptPasts = 15;

/** Drops the pasts that hold one of these hours. */
export async function dropPasts(tx: TransactionSql, hours: number[]): Promise<void> {
  await tx`
    delete from trend_buckets where size = 'PAST' and exists (
      select from unnest(${hours}::int[]) as hour
      where to_timestamp(hour * 3600.0) < start and to_timestamp(hour * 3600.0) >= start - ${pastDays} * interval '1 day')`;
}

/** Adds up the newest past that is missing and of which nothing waits to be folded; false when there is none. */
export async function makePast(tx: TransactionSql, now: number): Promise<boolean> {
  const today = toIso(dayOf(now));
  await tx`delete from trend_buckets where size = 'PAST' and start < ${toIso(dayOf(now) - keptPasts * dayMs)}`;
  const [missing] = await tx<{ start: string; words: boolean }[]>`
    select start.start::text, words_from <= start.start - ${pastDays} * interval '1 day' as words from trend_folding, unnest(${madePasts}::int[]) as ago,
      lateral (select ${today}::timestamptz - ago * interval '1 day' as start) start
    where folded_from <= start.start - ${pastDays} * interval '1 day'
      and not exists (select from trend_buckets b where b.size = 'PAST' and b.start = start.start)
      and exists (select from trend_buckets b where b.size = 'DAY'
        and (b.kind <> 'WORD' or words_from <= start.start - ${pastDays} * interval '1 day')
        and b.start >= start.start - ${pastDays} * interval '1 day' and b.start < start.start)
      and not exists (select from trend_changes c, unnest(c.hours) as hour
        where to_timestamp(hour * 3600.0) >= start.start - ${pastDays} * interval '1 day'
          and to_timestamp(hour * 3600.0) < start.start)
    order by ago limit 1`;
  if (missing === undefined) return false;
  const made = await tx`
    insert into trend_buckets (platform, kind, size, start, terms, posts, author_hours, all_author_hours)
    select platform, kind, 'PAST', ${missing.start}::timestamptz, array_agg(term),
      array_agg(posts), array_agg(author_hours), sum(author_hours)
    from (
      select b.platform, b.kind, u.term, sum(u.posts)::int as posts, sum(u.author_hours)::int as author_hours
      from trend_buckets b cross join unnest(b.terms, b.posts, b.author_hours) as u (term, posts, author_hours)
      where b.size = 'DAY' and (b.kind <> 'WORD' or ${missing.words}) and b.start < ${missing.start}::timestamptz
        and b.start >= ${missing.start}::timestamptz - ${pastDays} * interval '1 day'
      group by b.platform, b.kind, u.term
    ) by_term group by platform, kind`;
  return made.count > 0;
}

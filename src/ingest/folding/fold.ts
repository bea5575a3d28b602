import type { Sql, TransactionSql } from 'postgres';
import { dayMs, hourMs, toIso } from '../../shared/instant.ts';
import { dayOf, foldedDays, foldedWordDays, hourOf, trendAuthorsFrom } from '../../shared/trend.ts';
import { listAuthors } from './authors.ts';
import { dropBlocks, makeBlocks } from './blocks.ts';
import { dropPasts, makePast } from './pasts.ts';

export type FoldOptions = {
  /** The present. */
  readonly now: number;
  /** Hours that changed within so many milliseconds wait: more is likely to come. */
  readonly quietMs: number;
  /** Hours that one transaction folds, at most; the newest first. */
  readonly hoursAtOnce: number;
  /** Only hours from this one on; default: all. */
  readonly from?: number;
  /** From how many author-hours of a hashtag in a day on its authors are listed; default: where lists are shorter work. */
  readonly authorsFrom?: number;
};

/** What a transaction folded. */
export type Folded = {
  readonly hours: number;
  /** Whether more can be folded at once. */
  readonly more: boolean;
};

/**
 * Folds some of the hours that changed into `trend_buckets`, then the days that are whole again and their `trend_authors`,
 * then blocks of days, then what a window of today looks back at. Anyone may call it at any time: transactions take turns, and one that is broken off changes nothing.
 *
 * Counts and marks agree, as both are read in one snapshot (REPEATABLE READ). A transaction that commits later has left a
 * mark that this one does not see, so cannot take away: its hours are folded again.
 */
export async function foldTrends(sql: Sql, options: FoldOptions): Promise<Folded> {
  return sql.begin('isolation level repeatable read', async (tx) => {
    // Before the snapshot, which the first statement that reads takes: nobody else folds from here on.
    await tx`lock table trend_buckets in share row exclusive mode`;
    await moveOn(tx, options.now);
    const { hours, rest } = await takeHours(tx, options);
    if (hours.length > 0) {
      await foldHours(tx, hours);
      const days = await foldDays(tx, [...new Set(hours.map((hour) => Math.floor(hour / 24) * 24))]);
      await listAuthors(tx, days, options.authorsFrom ?? trendAuthorsFrom);
      await dropBlocks(tx, hours);
      await dropPasts(tx, hours);
    }
    const made = rest === 0 && ((await makeBlocks(tx, options.now)) || (await makePast(tx, options.now)));
    return { hours: hours.length, more: rest > 0 || made };
  });
}

/** Once a day: forgets the oldest. */
async function moveOn(tx: TransactionSql, now: number): Promise<void> {
  const from = toIso(dayOf(now) - foldedDays * dayMs);
  const wordsFrom = toIso(dayOf(now) - foldedWordDays * dayMs);
  const moved = await tx`
    update trend_folding set folded_from = ${from}, words_from = ${wordsFrom} where folded_from < ${from}`;
  if (moved.count === 0) return;
  await tx`
    delete from trend_buckets where start < ${from} or kind = 'WORD' and start < ${wordsFrom}`;
  await tx`delete from trend_authors where day < ${from}`;
}

/**
 * Takes the marks of hours that are quiet, and puts those back that are too many for one transaction. An hour that has a
 * younger mark as well keeps that one.
 */
async function takeHours(
  tx: TransactionSql,
  { quietMs, hoursAtOnce, from = Number.NEGATIVE_INFINITY }: FoldOptions,
): Promise<{ readonly hours: number[]; readonly rest: number }> {
  const first = Math.max(hourOf(from), -2_147_483_648);
  const [row] = await tx<{ hours: number[] | null; rest: number }[]>`
    with taken as (
      delete from trend_changes
      where changed_at <= now() - ${quietMs} * interval '1 millisecond'
        and exists (select from trend_changes c, unnest(c.hours) as hour
          where c.changed_at <= now() - ${quietMs} * interval '1 millisecond' and hour >= ${first})
      returning hours, changed_at
    ), hours as (
      select hour, min(changed_at) as changed_at from taken, unnest(hours) as hour
      where hour >= (select extract(epoch from folded_from) / 3600 from trend_folding)
        and hour not in (select hour from trend_changes c, unnest(c.hours) as hour
          where c.changed_at > now() - ${quietMs} * interval '1 millisecond')
      group by hour
    ), folded as (
      select hour from hours where hour >= ${first} order by hour desc limit ${hoursAtOnce}
    ), rest as (
      insert into trend_changes (hours, changed_at)
      select array_agg(hour), min(changed_at) from hours where hour not in (select hour from folded)
      having count(*) > 0
    )
    select (select array_agg(hour) from folded) as hours,
      (select count(*) from hours where hour >= ${first})::int - (select count(*) from folded)::int as rest`;
  return { hours: row?.hours ?? [], rest: row?.rest ?? 0 };
}

/** Counts hours from the posts. Served by posts_newest, a range of it for each run of hours. */
async function foldHours(tx: TransactionSql, hours: number[]): Promise<void> {
  await tx`
    delete from trend_buckets using unnest(${hours}::int[]) as hour
    where size = 'HOUR' and start = to_timestamp(hour * 3600.0)`;
  for (const { from, to } of runsOf(hours)) {
    await tx`
      insert into trend_buckets (platform, kind, size, start, terms, posts, author_hours, all_author_hours)
      select platform, kind, 'HOUR', hour, array_agg(term), array_agg(posts),
        array_agg(authors), sum(authors)
      from (
        select platform, kind, hour, term, sum(posts)::int as posts, count(*)::int as authors from (
          select s.platform, u.kind, date_trunc('hour', p.created_at, 'UTC') as hour, u.term, p.author_id, count(*)::int as posts
          from posts p join streams s on s.stream_id = p.stream_id cross join trend_folding f
          cross join lateral (
            select 'HASHTAG' as kind, unnest(p.hashtags) as term
            union all select 'MENTION', unnest(p.mentions)
            union all select 'WORD', unnest(case when p.created_at >= f.words_from then p.words end)) u
          where p.created_at >= ${toIso(from * hourMs)} and p.created_at < ${toIso(to * hourMs)}
            and p.own and p.stands and p.kind <> 'REPOST'
          group by 1, 2, 3, 4, 5
        ) by_author group by platform, kind, hour, term
      ) by_term group by platform, kind, hour`;
  }
}

/** Hours that follow one another, as ranges: from inclusive, to exclusive. */
function runsOf(hours: readonly number[]): readonly { readonly from: number; readonly to: number }[] {
  const runs: { from: number; to: number }[] = [];
  for (const hour of [...hours].sort((a, b) => a - b)) {
    const last = runs.at(-1);
    if (last?.to === hour) last.to = hour + 1;
    else runs.push({ from: hour, to: hour + 1 });
  }
  return runs;
}

/**
 * Adds up the days (first hours of them) of which no hour waits to be folded, and returns these; the others are when the
 * last one is.
 */
async function foldDays(tx: TransactionSql, days: number[]): Promise<number[]> {
  const [row] = await tx<{ days: number[] | null }[]>`
    select array_agg(day) as days from unnest(${days}::int[]) as day
    where not exists (select from trend_changes c, unnest(c.hours) as hour where hour >= day and hour < day + 24)`;
  const whole = row?.days ?? [];
  if (whole.length === 0) return [];
  await tx`
    delete from trend_buckets using unnest(${whole}::int[]) as day
    where size = 'DAY' and start = to_timestamp(day * 3600.0)`;
  await tx`
    insert into trend_buckets (platform, kind, size, start, terms, posts, author_hours, all_author_hours)
    select platform, kind, 'DAY', day, array_agg(term), array_agg(posts),
      array_agg(author_hours), sum(author_hours)
    from (
      select b.platform, b.kind, d.day, u.term, sum(u.posts)::int as posts, sum(u.author_hours)::int as author_hours
      from (select to_timestamp(day * 3600.0) as day from unnest(${whole}::int[]) as day) d
      join trend_buckets b on b.size = 'HOUR' and b.start >= d.day and b.start < d.day + interval '1 day'
      cross join unnest(b.terms, b.posts, b.author_hours) as u (term, posts, author_hours)
      group by b.platform, b.kind, d.day, u.term
    ) by_term group by platform, kind, day`;
  return whole;
}

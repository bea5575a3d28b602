import type { TransactionSql } from 'postgres';
import { toIso } from '../../shared/instant.ts';
import { dayOf, trendBlocks } from '../../shared/trend.ts';

/** Blocks that one transaction makes, at most. */
const blocksAtOnce = 16;

const sizes = trendBlocks.map(({ size }) => size);
const lengths = trendBlocks.map(({ days }) => days);

/** Drops the blocks that hold one of these hours. */
export async function dropBlocks(tx: TransactionSql, hours: number[]): Promise<void> {
  await tx`
    delete from trend_buckets b using unnest(${sizes}::text[], ${lengths}::int[]) as block (size, days)
    where b.size = block.size and exists (
      select from unnest(${hours}::int[]) as hour
      where to_timestamp(hour * 3600.0) >= b.start and to_timestamp(hour * 3600.0) < b.start + days * interval '1 day')`;
}

/**
 * Adds up some of the blocks that are over, are missing, and of which nothing waits to be folded; false when there are none.
 * Each is the sum of its two halves, so the shorter ones are made first: without them a longer one would lack what they hold.
 */
export async function makeBlocks(tx: TransactionSql, now: number): Promise<boolean> {
  for (const [at, { size, days }] of trendBlocks.entries()) {
    const half = trendBlocks[at - 1]?.size ?? 'DAY';
    const made = await tx`
      insert into trend_buckets (platform, kind, size, start, terms, posts, author_hours, all_author_hours)
      select platform, kind, ${size}, first, array_agg(term), array_agg(posts), array_agg(author_hours), sum(author_hours)
      from (
        select platform, kind, first, term, sum(posts)::int as posts, sum(author_hours)::int as author_hours from (
          select b.platform, b.kind, m.first, unnest(b.terms) as term, unnest(b.posts) as posts,
            unnest(b.author_hours) as author_hours
          from (${missing(tx, { size, days, half, now })}) m join trend_buckets b on b.kind = m.kind and b.size = ${half}
            and b.start >= m.first and b.start < m.first + ${days} * interval '1 day'
        ) halves group by platform, kind, first, term
      ) by_term group by platform, kind, first`;
    if (made.count > 0) return true;
  }
  return false;
}

type Level = { readonly size: string; readonly days: number; readonly half: string; readonly now: number };

/** Which kinds of which blocks are missing, by their first days. */
const missing = (tx: TransactionSql, { size, days, half, now }: Level) => tx`
  select kind, first from (
    select distinct b.kind, date_bin(${days} * interval '1 day', b.start, 'epoch'::timestamptz) as first
    from trend_buckets b where b.kind in ('HASHTAG', 'MENTION', 'WORD') and b.size = ${half}
  ) halves, trend_folding
  where first + ${days} * interval '1 day' <= ${toIso(dayOf(now))}::timestamptz
    and first >= case kind when 'WORD' then words_from else folded_from end
    and not exists (select from trend_buckets b
      where b.kind = halves.kind and b.size = ${size} and b.start = halves.first)
    and not exists (select from trend_changes c, unnest(c.hours) as hour
      where to_timestamp(hour * 3600.0) >= first and to_timestamp(hour * 3600.0) < first + ${days} * interval '1 day')
  order by first desc limit ${blocksAtOnce}`;

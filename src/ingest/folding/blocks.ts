import type { TransactionSql } from 'postgres';
import { hourMs, toIso } from '../../shared/instant.ts';
import { hourOf, trendBlocks } from '../../shared/trend.ts';
import { listAuthors } from './authors.ts';
import { addUp } from './sums.ts';

/** Most blocks that one transaction makes: of days and longer ones, and as many days of shorter ones. */
const blocksAtOnce = 16;

const sizes = trendBlocks.map(({ size }) => size);
const lengths = trendBlocks.map(({ hours }) => hours);

/** Drops the blocks that contain these hours, and the listed authors of their days. */
export async function dropBlocks(tx: TransactionSql, hours: readonly number[]): Promise<void> {
  await tx`
    delete from trend_buckets b using unnest(${sizes}::text[], ${lengths}::int[]) as block (size, hours)
    where b.size = block.size and exists (
      select from unnest(${hours as number[]}::int[]) as hour
      where to_timestamp(hour * 3600.0) >= b.start and to_timestamp(hour * 3600.0) < b.start + block.hours * interval '1 hour')`;
  const days = [...new Set(hours.map((hour) => Math.floor(hour / 24) * 24))];
  await tx`
    delete from trend_authors where day in (select to_timestamp(hour * 3600.0) from unnest(${days}::int[]) as hour)`;
}

/**
 * Sums some of the missing blocks that have ended and have no hour waiting to be folded; false when there are none.
 * Each block is the sum of blocks of the next smaller size, so shorter ones are made first. For a day block, also lists
 * the authors.
 */
export async function makeBlocks(tx: TransactionSql, now: number, authorsFrom: number): Promise<boolean> {
  for (const [at, { size, hours }] of trendBlocks.entries()) {
    const part = trendBlocks[at - 1]?.size ?? 'HOUR';
    const missing = await findMissing(tx, { size, hours, part, now });
    if (missing.length === 0) continue;
    const kinds = missing.map(({ kind }) => kind);
    const starts = missing.map(({ start }) => start);
    await addUp(tx, {
      size,
      sums: tx`
        select distinct b.platform, b.kind, m.start
        from unnest(${kinds}::text[], ${starts}::timestamptz[]) as m (kind, start) join trend_buckets b on b.kind = m.kind
          and b.size = ${part} and b.start >= m.start and b.start < m.start + ${hours} * interval '1 hour'`,
      parts: tx`b.size = ${part} and b.start >= sum.start and b.start < sum.start + ${hours} * interval '1 hour'`,
    });
    if (size === 'DAY') await listAuthors(tx, starts, authorsFrom);
    return true;
  }
  return false;
}

type Level = { readonly size: string; readonly hours: number; readonly part: string; readonly now: number };

/** The missing blocks of a size by their first hours, with the kinds that they lack; the newest first. */
async function findMissing(tx: TransactionSql, { size, hours, part, now }: Level) {
  const length = tx`${hours} * interval '1 hour'`;
  return tx<{ kind: string; start: string }[]>`
    select kind, block.start::text as start
    from trend_folding, unnest('{HASHTAG,MENTION,WORD}'::text[]) as kinds (kind),
      lateral (select case kind when 'WORD' then words_from else folded_from end as folded) since,
      generate_series(date_bin(${length}, folded, 'epoch'::timestamptz), ${toIso(hourOf(now) * hourMs)}::timestamptz - ${length},
        ${length}) as block (start)
    where block.start >= folded
      and not exists (select from trend_buckets b where b.kind = kinds.kind and b.size = ${size} and b.start = block.start)
      and exists (select from trend_buckets b where b.kind = kinds.kind and b.size = ${part}
        and b.start >= block.start and b.start < block.start + ${length})
      and not exists (select from trend_changes c, unnest(c.hours) as hour
        where to_timestamp(hour * 3600.0) >= block.start and to_timestamp(hour * 3600.0) < block.start + ${length})
    order by block.start desc limit ${blocksAtOnce * Math.max(1, 24 / hours)}::int`;
}

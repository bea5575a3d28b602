import type { Sql, TransactionSql } from 'postgres';
import { isSerializationFailure } from '../../db/away.ts';
import { dayMs, toIso } from '../../shared/instant.ts';
import { dayOf, foldedDays, foldedWordDays, hourOf, trendAuthorsFrom } from '../../shared/trend.ts';
import { dropBlocks, makeBlocks } from './blocks.ts';
import { foldHours } from './hours.ts';
import { dropPasts, makePast } from './pasts.ts';

export type FoldOptions = {
  /** The current time. */
  readonly now: number;
  /** Hours that changed within this many milliseconds wait, since more changes are likely. */
  readonly quietMs: number;
  /** Most hours that one transaction folds; the newest first. */
  readonly hoursAtOnce: number;
  /** Only hours from this one on; default: all. */
  readonly from?: number;
  /**
   * Authors are listed for a hashtag with at least this many author-hours in a day; default: the point at which lists
   * are less work.
   */
  readonly authorsFrom?: number;
};

/** Result of one transaction. */
export type Folded = {
  readonly hours: number;
  /** Whether more can be folded immediately. */
  readonly more: boolean;
};

/**
 * Folds some changed hours into `trend_buckets`, then complete days and their `trend_authors`, then blocks of days,
 * then the pasts of today's windows. Safe to call at any time: transactions take turns, and an interrupted one changes
 * nothing.
 *
 * Counts and marks agree, since one snapshot (REPEATABLE READ) reads both. A transaction that commits later leaves a
 * mark that this snapshot does not see and cannot delete, so its hours are folded again.
 */
export async function foldTrends(sql: Sql, options: FoldOptions): Promise<Folded> {
  for (let tries = 1; ; tries++) {
    try {
      return await foldOnce(sql, options);
    } catch (error) {
      // Citus takes the snapshot before it waits for the lock. When another process folds in between, Postgres refuses
      // to delete marks that the other has already deleted.
      if (!isSerializationFailure(error) || tries === mostTries) throw error;
    }
  }
}

const mostTries = 5;

function foldOnce(sql: Sql, options: FoldOptions): Promise<Folded> {
  return sql.begin('isolation level repeatable read', async (tx) => {
    // The lock comes before the snapshot, which the first reading statement takes. From here on nobody else folds.
    await tx`lock table trend_buckets in share row exclusive mode`;
    await moveOn(tx, options.now);
    const { hours, rest } = await takeHours(tx, options);
    if (hours.length > 0) {
      await foldHours(tx, hours);
      await dropBlocks(tx, hours);
      await dropPasts(tx, hours);
    }
    const { now, authorsFrom = trendAuthorsFrom } = options;
    const made = rest === 0 && ((await makeBlocks(tx, now, authorsFrom)) || (await makePast(tx, now)));
    return { hours: hours.length, more: rest > 0 || made };
  });
}

/** Deletes the oldest day, once a day. */
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
 * Takes the marks of quiet hours, and puts back those beyond the limit of one transaction. An hour that also has a
 * younger mark keeps it. A mark's age counts from when it is first seen: a cluster may show it some milliseconds before
 * the posts of the same transaction, and a count made in between must not be kept as the hour's count.
 */
async function takeHours(
  tx: TransactionSql,
  { quietMs, hoursAtOnce, from = Number.NEGATIVE_INFINITY }: FoldOptions,
): Promise<{ readonly hours: number[]; readonly rest: number }> {
  const first = Math.max(hourOf(from), -2_147_483_648);
  await tx`update trend_changes set changed_at = now() where changed_at = 'infinity'`;
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

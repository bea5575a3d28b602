import type { Sql, TransactionSql } from 'postgres';
import { lockStreamRow } from '../../db/stream-lock.ts';
import { tallySums } from '../../db/tally-sums.ts';

/** From how many values on that were added to a stream's tallies their parts are looked at. */
const worthFolding = 5_000;
/** Streams that are listed together. */
const listedAtOnce = 100;
/** Bytes of parts that one transaction makes one, but for a first month that has more. */
const bytesAtOnce = 8 * 1024 * 1024;

/** The streams whose tallies are worth folding, those to which most was added first. One row a stream: a scan of few pages. */
export async function listUnfolded(sql: Sql, from = worthFolding): Promise<readonly number[]> {
  const rows = await sql<{ streamId: number }[]>`
    select stream_id as "streamId" from streams where unfolded >= ${from} order by unfolded desc limit ${listedAtOnce}`;
  return rows.map(({ streamId }) => streamId);
}

export type FoldTalliesOptions = {
  /** Bytes of parts that one transaction makes one, at most; default 8 MB. */
  readonly bytesAtOnce?: number;
  /** Whether months are folded that hardly grew, too; default: they wait. */
  readonly all?: boolean;
};

/**
 * Makes one part of the parts of a stream's months, where those that came last have grown as large as the largest one: so a
 * value is written a few times in all, and who reads a month reads at most twice as much. Returns whether more can be
 * folded at once.
 *
 * Anyone may call it at any time. Parts are never changed, so what they add up to is made before the stream is locked, and
 * stands when all of them are still there; else, or when the transaction is broken off, everything stays as it was.
 */
export async function foldTallies(
  sql: Sql,
  streamId: number,
  { bytesAtOnce: bytes = bytesAtOnce, all = false }: FoldTalliesOptions = {},
): Promise<boolean> {
  return sql
    .begin(async (tx) => {
      if (!(await takeTurn(tx, streamId))) return false;
      const unfolded = await findUnfolded(tx, streamId);
      const months = (await listParts(tx, streamId)).filter((month) => all || isGrown(month));
      const taken = firstOf(months, bytes);
      const parts = taken.flatMap(({ dimension, month, parts: own }) =>
        own.map((part) => ({ dimension, month, part })),
      );
      if (parts.length > 0) await addFolded(tx, streamId, parts);
      // As whoever changes the stream does, but last: they wait for the rest of this transaction, which is short.
      await lockStreamRow(tx, streamId);
      if (parts.length > 0) await removeParts(tx, streamId, parts);
      const more = taken.length < months.length;
      if (!more) await noteFolded(tx, streamId, unfolded);
      // Nobody waits for the disk: what a power cut takes was there before, in other words.
      await tx`set local synchronous_commit = off`;
      return more;
    })
    .catch((error: unknown) => {
      if (error instanceof ChangedError) return false;
      throw error;
    });
}

/** Some parts went while they were added up: whoever took them put others in their place. */
class ChangedError extends Error {}

/** The class of the advisory locks that folding takes, one a stream. */
const foldingLock = 20_261_130;

/** Whether nobody else folds the stream. Two that do would do the same work, and one of them for nothing. */
async function takeTurn(tx: TransactionSql, streamId: number): Promise<boolean> {
  const [row] = await tx<{ taken: boolean }[]>`
    select pg_try_advisory_xact_lock(${foldingLock}, ${streamId}) as taken`;
  return row?.taken === true;
}

/** The parts of a month and dimension, the largest first, and how many bytes each takes as it is stored. */
type Month = {
  readonly dimension: string;
  readonly month: string;
  readonly parts: readonly string[];
  readonly sizes: readonly number[];
};
type Part = { readonly dimension: string; readonly month: string; readonly part: string };

async function listParts(tx: TransactionSql, streamId: number): Promise<readonly Month[]> {
  return tx<Month[]>`
    select dimension, month::text, array_agg(part::text order by size desc) as parts,
      array_agg(size order by size desc)::int[] as sizes
    from (
      select dimension, month, part, pg_column_size("values") + pg_column_size(posts) + pg_column_size(engagement)
        + pg_column_size(engaged) as size
      from tally_months where stream_id = ${streamId}
    ) p
    group by dimension, month having count(*) > 1`;
}

const sizeOf = ({ sizes }: Month) => sizes.reduce((sum, size) => sum + size, 0);

const isGrown = (month: Month) => sizeOf(month) >= 2 * (month.sizes[0] ?? 0);

/** The first months that together have no more than so many bytes, and at least one. */
function firstOf(months: readonly Month[], bytes: number): readonly Month[] {
  let sum = 0;
  return months.filter((month, at) => {
    sum += sizeOf(month);
    return at === 0 || sum <= bytes;
  });
}

const columnsOf = (parts: readonly Part[]) =>
  [
    parts.map(({ dimension }) => dimension),
    parts.map(({ month }) => month),
    parts.map(({ part }) => part),
  ] as const;

/** Adds what the parts add up to, as a part a month and dimension. */
async function addFolded(tx: TransactionSql, streamId: number, parts: readonly Part[]): Promise<void> {
  const [dimensions, months, numbers] = columnsOf(parts);
  await tx`
    insert into tally_months (stream_id, dimension, month, "values", posts, engagement, engaged)
    select stream_id, dimension, month, array_agg(value), array_agg(posts), array_agg(engagement), array_agg(engaged)
    from (
      select m.stream_id, m.dimension, m.month, u.value, ${tx.unsafe(tallySums)}
      from unnest(${dimensions}::text[], ${months}::date[], ${numbers}::bigint[]) as p (dimension, month, part)
        join tally_months m on m.stream_id = ${streamId} and m.dimension = p.dimension and m.month = p.month and m.part = p.part,
        unnest(m."values", m.posts, m.engagement, m.engaged) as u (value, posts, engagement, engaged)
      group by 1, 2, 3, 4
      having sum(u.posts) <> 0 or sum(u.engagement) <> 0 or sum(u.engaged) <> 0
    ) summed
    group by stream_id, dimension, month`;
}

async function removeParts(tx: TransactionSql, streamId: number, parts: readonly Part[]): Promise<void> {
  const [dimensions, months, numbers] = columnsOf(parts);
  const removed = await tx`
    delete from tally_months m using unnest(${dimensions}::text[], ${months}::date[], ${numbers}::bigint[])
      as p (dimension, month, part)
    where m.stream_id = ${streamId} and m.dimension = p.dimension and m.month = p.month and m.part = p.part`;
  if (removed.count !== parts.length) throw new ChangedError();
}

async function findUnfolded(tx: TransactionSql, streamId: number): Promise<number> {
  const [row] = await tx<{ unfolded: number }[]>`
    select unfolded::float8 from streams where stream_id = ${streamId}`;
  return row?.unfolded ?? 0;
}

/** What was added meanwhile waits for the next time. */
async function noteFolded(tx: TransactionSql, streamId: number, unfolded: number): Promise<void> {
  await tx`update streams set unfolded = greatest(0, unfolded - ${unfolded}) where stream_id = ${streamId}`;
}

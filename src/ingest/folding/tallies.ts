import type { Sql, TransactionSql } from 'postgres';
import { keyRows } from '../../db/key-rows.ts';
import { lockStreamRow } from '../../db/stream-lock.ts';
import { tallySums } from '../../db/tally-sums.ts';

/** Streams with at least this many values added since the last folding are folded. */
const worthFolding = 5_000;
/** Most streams in one list. */
const listedAtOnce = 100;
/** Most bytes of parts that one transaction merges. A first month that is larger is merged alone. */
const bytesAtOnce = 8 * 1024 * 1024;

/**
 * The streams whose tallies are worth folding, those with most additions first. One row a stream: a scan of few pages.
 */
export async function listUnfolded(sql: Sql, from = worthFolding): Promise<readonly number[]> {
  const rows = await sql<{ streamId: number }[]>`
    select stream_id as "streamId" from streams where unfolded >= ${from} order by unfolded desc limit ${listedAtOnce}`;
  return rows.map(({ streamId }) => streamId);
}

export type FoldTalliesOptions = {
  /** Most bytes of parts that one transaction merges; default 8 MB. */
  readonly bytesAtOnce?: number;
  /** Whether months that hardly grew are folded too; default: they wait. */
  readonly all?: boolean;
};

/**
 * Merges the parts of a stream's months when the newer parts have together grown as large as the largest one. So each
 * value is written only a few times, and a reader of a month reads at most twice as much as needed. Returns whether
 * more can be folded immediately.
 *
 * Safe to call at any time. Parts never change, so they are summed before the stream is locked. The sum is kept when
 * all of its parts still exist. Otherwise, or when the transaction is interrupted, everything stays as it was.
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
      // No wait for the disk: folding only changes how sums are stored, so nothing is lost in a power cut.
      await tx`set local synchronous_commit = off`;
      return more;
    })
    .catch((error: unknown) => {
      if (error instanceof ChangedError) return false;
      throw error;
    });
}

/** Some parts were replaced by others while they were summed. */
class ChangedError extends Error {}

/** Class of the advisory locks that folding takes, one per stream. */
const foldingLock = 20_261_130;

/**
 * Whether nobody else folds the stream. Otherwise two folders would do the same work and one result would be discarded.
 */
async function takeTurn(tx: TransactionSql, streamId: number): Promise<boolean> {
  const [row] = await tx<{ taken: boolean }[]>`
    select pg_try_advisory_xact_lock(${foldingLock}, ${streamId}) as taken`;
  return row?.taken === true;
}

/** The parts of a month and dimension, the largest first, with the stored size of each in bytes. */
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

/** The first months that together stay within this many bytes; at least one. */
function firstOf(months: readonly Month[], bytes: number): readonly Month[] {
  let sum = 0;
  return months.filter((month, at) => {
    sum += sizeOf(month);
    return at === 0 || sum <= bytes;
  });
}

/** The rows of some parts, by the parameters of `partsOf`. */
const partRows = keyRows(['$2::text[]', '$3::date[]', '$4::bigint[]'], ['dimension', 'month', 'part']);
const partsOf = (streamId: number, parts: readonly Part[]) => [
  streamId,
  parts.map(({ dimension }) => dimension),
  parts.map(({ month }) => month),
  parts.map(({ part }) => part),
];

/** Adds the sum of the parts as one part per month and dimension. */
async function addFolded(tx: TransactionSql, streamId: number, parts: readonly Part[]): Promise<void> {
  await tx.unsafe(
    `insert into tally_months (stream_id, dimension, month, "values", posts, engagement, engaged)
    select stream_id, dimension, month, array_agg(value), array_agg(posts), array_agg(engagement), array_agg(engaged)
    from (
      select m.stream_id, m.dimension, m.month, u.value, ${tallySums}
      from ${partRows} k
        join tally_months m on m.stream_id = $1 and m.dimension = k.dimension and m.month = k.month and m.part = k.part,
        unnest(m."values", m.posts, m.engagement, m.engaged) as u (value, posts, engagement, engaged)
      group by 1, 2, 3, 4
      having sum(u.posts) <> 0 or sum(u.engagement) <> 0 or sum(u.engaged) <> 0
    ) summed
    group by stream_id, dimension, month`,
    partsOf(streamId, parts),
    { prepare: true },
  );
}

async function removeParts(tx: TransactionSql, streamId: number, parts: readonly Part[]): Promise<void> {
  const removed = await tx.unsafe(
    `delete from tally_months m using ${partRows} k
     where m.stream_id = $1 and m.dimension = k.dimension and m.month = k.month and m.part = k.part`,
    partsOf(streamId, parts),
    { prepare: true },
  );
  if (removed.count !== parts.length) throw new ChangedError();
}

async function findUnfolded(tx: TransactionSql, streamId: number): Promise<number> {
  const [row] = await tx<{ unfolded: number }[]>`
    select unfolded::float8 from streams where stream_id = ${streamId}`;
  return row?.unfolded ?? 0;
}

/** Values added in the meantime wait for the next folding. */
async function noteFolded(tx: TransactionSql, streamId: number, unfolded: number): Promise<void> {
  await tx`update streams set unfolded = greatest(0, unfolded - ${unfolded}) where stream_id = ${streamId}`;
}

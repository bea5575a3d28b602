import { setImmediate } from 'node:timers/promises';
import type { TransactionSql } from 'postgres';
import type { Dimension } from '../../db/dimensions.ts';
import { must } from '../../shared/errors.ts';
import { addTo, type RollupDelta, type Tally } from './contributions.ts';
import { arrayLiteral, copyPieces, type CopyValue, piecesOf } from './copy.ts';
import { numbersLiteral, Upsert } from './upsert.ts';

type Tx = TransactionSql;

/** What a batch adds to the totals of all time. */
export type TallyTotals = { readonly rows: Upsert; readonly takesAway: boolean };

/** The totals of a batch. Made a part at a time: there may be tens of thousands, and others want to run. */
export async function tallyTotals(delta: RollupDelta): Promise<TallyTotals> {
  const columns = emptyColumns();
  for (const [dimension, tally] of totalsOf(delta)) {
    await setImmediate();
    addRows(columns, dimension, tally);
  }
  await setImmediate();
  const rows = new Upsert('tally_totals', [
    ['dimension', 'text', 'key', columns.dimension],
    ['value', 'text', 'key', columns.value],
    ['posts', 'bigint', 'count', columns.posts],
    ['engagement', 'bigint', 'count', columns.engagement],
    ['engaged', 'bigint', 'count', columns.engaged],
  ]);
  return { rows, takesAway: columns.posts.some((posts) => posts <= 0) };
}

/** Adds to the totals of the stream, and takes away those that nothing is left of. */
export async function addTallyTotals(tx: Tx, streamId: number, totals: TallyTotals): Promise<void> {
  await totals.rows.run(tx, streamId);
  if (totals.takesAway) await tx`delete from tally_totals where stream_id = ${streamId} and posts = 0`;
}

function totalsOf(delta: RollupDelta): ReadonlyMap<Dimension, Tally> {
  const totals = new Map<Dimension, Tally>();
  for (const byDimension of delta.tallies.values()) {
    for (const [dimension, tally] of byDimension) {
      const total: Tally = totals.get(dimension) ?? new Map();
      totals.set(dimension, total);
      addAll(total, tally);
    }
  }
  return totals;
}

function addAll(total: Tally, tally: Tally): void {
  for (const [value, sums] of tally) addTo(total, value, sums);
}

const emptyColumns = () => ({
  dimension: [] as Dimension[],
  value: [] as string[],
  posts: [] as number[],
  engagement: [] as number[],
  engaged: [] as number[],
});

/** In the key's order: neighbours share the pages of the index. */
function addRows(columns: ReturnType<typeof emptyColumns>, dimension: Dimension, tally: Tally): void {
  for (const value of [...tally.keys()].sort()) {
    const { posts, engagement, engaged } = must(tally.get(value), 'its own key');
    columns.dimension.push(dimension);
    columns.value.push(value);
    columns.posts.push(posts);
    columns.engagement.push(engagement);
    columns.engaged.push(engaged);
  }
}

/**
 * Takes the stored tallies of the batch's months, and gives those that are to stand there, as pieces of a COPY. Most
 * months are new, as batches come in time order.
 */
export async function takeTallyMonths(
  tx: Tx,
  streamId: number,
  tallies: RollupDelta['tallies'],
): Promise<readonly Buffer[]> {
  const months = [...tallies].flatMap(([month, byDimension]) =>
    [...byDimension].map(([dimension, tally]) => ({ dimension, month, tally })),
  );
  if (months.length === 0) return [];
  const stored = await tx.unsafe<StoredMonth[]>(
    `delete from tally_months t using unnest($2::text[], $3::date[]) as d (dimension, month)
     where t.stream_id = $1 and t.dimension = d.dimension and t.month = d.month
     returning t.dimension, t.month::text, t."values", t.posts, t.engagement::float8[], t.engaged`,
    [
      streamId,
      arrayLiteral(months.map((row) => row.dimension)),
      arrayLiteral(months.map((row) => row.month)),
    ],
    { prepare: true },
  );
  for (const row of stored) {
    const tally = must(tallies.get(row.month)?.get(row.dimension), 'asked for above');
    for (const [at, value] of row.values.entries()) {
      const sums = { posts: row.posts[at] ?? 0, engagement: row.engagement[at] ?? 0 };
      addTo(tally, value, { ...sums, engaged: row.engaged[at] ?? 0 });
    }
  }
  const pieces: Buffer[] = [];
  for (const piece of piecesOf(monthRows(streamId, months))) {
    pieces.push(piece);
    await setImmediate();
  }
  return pieces;
}

type StoredMonth = {
  readonly dimension: Dimension;
  readonly month: string;
  readonly values: readonly string[];
  readonly posts: readonly number[];
  readonly engagement: readonly number[];
  /** Shorter where a server of before 0.2.0 wrote it. */
  readonly engaged: readonly number[];
};
type MonthTally = { readonly dimension: Dimension; readonly month: string; readonly tally: Tally };

function* monthRows(streamId: number, months: readonly MonthTally[]): Generator<readonly CopyValue[]> {
  for (const { dimension, month, tally } of months) {
    const kept = [...tally].filter(([, counts]) => counts.posts !== 0);
    if (kept.length === 0) continue;
    yield [
      streamId,
      dimension,
      month,
      kept.map(([value]) => value),
      numbersLiteral(kept.map(([, counts]) => counts.posts)),
      numbersLiteral(kept.map(([, counts]) => counts.engagement)),
      numbersLiteral(kept.map(([, counts]) => counts.engaged)),
    ];
  }
}

/** Puts down what `takeTallyMonths` gave. */
export async function addTallyMonths(tx: Tx, pieces: readonly Buffer[]): Promise<void> {
  const columns = ['stream_id', 'dimension', 'month', '"values"', 'posts', 'engagement', 'engaged'];
  if (pieces.length > 0) await copyPieces(tx, 'tally_months', columns, pieces);
}

/** Counts some values of a dimension as another one, in the totals and in each month that has them. */
export async function mergeTallied(
  tx: Tx,
  { streamId, dimension }: { readonly streamId: number; readonly dimension: Dimension },
  values: string[],
  into: string,
): Promise<void> {
  await tx`
    with gone as (
      delete from tally_totals
      where stream_id = ${streamId} and dimension = ${dimension} and value = any(${values})
      returning posts, engagement, engaged
    )
    insert into tally_totals as t (stream_id, dimension, value, posts, engagement, engaged)
    select ${streamId}, ${dimension}, ${into}, sum(posts), sum(engagement), sum(engaged) from gone having count(*) > 0
    on conflict (stream_id, dimension, value) do update set posts = t.posts + excluded.posts,
      engagement = t.engagement + excluded.engagement, engaged = t.engaged + excluded.engaged`;
  await tx`
    update tally_months m set "values" = merged."values", posts = merged.posts, engagement = merged.engagement,
      engaged = merged.engaged
    from (
      select month, array_agg(value) as "values", array_agg(posts) as posts, array_agg(engagement) as engagement,
        array_agg(engaged) as engaged
      from (
        select t.month, case when u.value = any(${values}) then ${into} else u.value end as value,
          sum(u.posts)::int as posts, sum(u.engagement)::bigint as engagement,
          coalesce(sum(u.engaged), 0)::int as engaged
        from tally_months t,
          unnest(t."values", t.posts, t.engagement, t.engaged) as u (value, posts, engagement, engaged)
        where t.stream_id = ${streamId} and t.dimension = ${dimension} and t."values" && ${values}
        group by 1, 2
      ) counted group by month
    ) merged
    where m.stream_id = ${streamId} and m.dimension = ${dimension} and m.month = merged.month`;
}

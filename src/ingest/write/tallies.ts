import { setImmediate } from 'node:timers/promises';
import type { TransactionSql } from 'postgres';
import type { Dimension } from '../../db/dimensions.ts';
import { keyRows } from '../../db/key-rows.ts';
import { tallySums } from '../../db/tally-sums.ts';
import { must } from '../../shared/errors.ts';
import { addTo, type RollupDelta, type Tally, type TallyDelta } from './contributions.ts';
import { arrayLiteral, copyPieces, piecesOf } from './copy.ts';
import { type Column, numbersLiteral, Upsert } from './upsert.ts';

type Tx = TransactionSql;

/** A batch's changes to the totals of all time. */
export type TallyTotals = {
  readonly rows: Upsert;
  /** The keys of totals that may reach zero. */
  readonly lessened: { readonly dimensions: readonly Dimension[]; readonly values: readonly string[] };
};

/** The totals of a batch, made one part at a time: there may be tens of thousands, and other work must run. */
export async function tallyTotals(delta: RollupDelta): Promise<TallyTotals> {
  const columns = emptyColumns();
  const dimensions: Dimension[] = [];
  for (const [dimension, tally] of totalsOf(delta)) {
    await setImmediate();
    // In key order, since neighbours share index pages.
    for (const value of [...tally.keys()].sort()) {
      dimensions.push(dimension);
      addValue(columns, value, must(tally.get(value), 'its own key'));
    }
  }
  await setImmediate();
  const rows = new Upsert('tally_totals', totalColumns(dimensions, columns));
  const isLess = (_: unknown, at: number) => (columns.posts[at] ?? 0) <= 0;
  return {
    rows,
    lessened: { dimensions: dimensions.filter(isLess), values: columns.value.filter(isLess) },
  };
}

/** What batches of new posts add to the totals of several streams: the stream of each row, and its other columns. */
export async function tallyTotalsOf(
  deltas: readonly { readonly streamId: number; readonly delta: RollupDelta }[],
): Promise<{ readonly streamIds: readonly number[]; readonly columns: readonly Column[] }> {
  const columns = emptyColumns();
  const streamIds: number[] = [];
  const dimensions: Dimension[] = [];
  for (const { streamId, delta } of deltas) {
    await setImmediate();
    for (const [dimension, tally] of totalsOf(delta)) {
      for (const value of [...tally.keys()].sort()) {
        streamIds.push(streamId);
        dimensions.push(dimension);
        addValue(columns, value, must(tally.get(value), 'its own key'));
      }
    }
  }
  return { streamIds, columns: totalColumns(dimensions, columns) };
}

const totalColumns = (
  dimensions: readonly Dimension[],
  { value, posts, engagement, engaged }: ReturnType<typeof emptyColumns>,
): readonly Column[] => [
  ['dimension', 'text', 'key', dimensions],
  ['value', 'text', 'key', value],
  ['posts', 'bigint', 'count', posts],
  ['engagement', 'bigint', 'count', engagement],
  ['engaged', 'bigint', 'count', engaged],
];

/** Adds to the totals of the stream, and deletes those that reach zero. */
export async function addTallyTotals(tx: Tx, streamId: number, totals: TallyTotals): Promise<void> {
  await totals.rows.run(tx, streamId);
  const { dimensions, values } = totals.lessened;
  if (values.length === 0) return;
  await tx.unsafe(
    `delete from tally_totals t using ${keyRows(['$2::text[]', '$3::text[]'], ['dimension', 'value'])} k
     where t.stream_id = $1 and t.dimension = k.dimension and t.value = k.value and t.posts = 0`,
    [streamId, arrayLiteral(dimensions), arrayLiteral(values)],
    { prepare: true },
  );
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
  value: [] as string[],
  posts: [] as number[],
  engagement: [] as number[],
  engaged: [] as number[],
});

function addValue(columns: ReturnType<typeof emptyColumns>, value: string, sums: TallyDelta): void {
  columns.value.push(value);
  columns.posts.push(sums.posts);
  columns.engagement.push(sums.engagement);
  columns.engaged.push(sums.engaged);
}

/** A batch's additions to the months. */
export type TallyMonths = {
  /** Number of added values. */
  readonly values: number;
  /** A few values, as parameters of a statement; null when there are none, or many. */
  readonly columns: readonly string[] | null;
  /** Many values, as pieces of a COPY; null when there are none, or few. */
  readonly pieces: readonly Buffer[] | null;
};

/** At most this many values go as parameters of one statement, in one round trip; more go by COPY, in three. */
const fewValues = 2_000;

/**
 * The parts that a batch adds to the months, one row per month and dimension. Stored parts are neither read nor
 * rewritten: a batch costs what it adds. `folding/tallies.ts` merges parts later.
 */
export function tallyMonths(streamId: number, tallies: RollupDelta['tallies']): Promise<TallyMonths> {
  return tallyMonthsOf([{ streamId, tallies }]);
}

/** A batch's additions to the months of one stream. */
export type StreamTallies = { readonly streamId: number } & Pick<RollupDelta, 'tallies'>;

/** Like `tallyMonths`, for several streams. */
export async function tallyMonthsOf(streams: readonly StreamTallies[]): Promise<TallyMonths> {
  const values = streams.reduce((sum, { tallies }) => sum + countValues(tallies), 0);
  if (values === 0) return { values, columns: null, pieces: null };
  const rows = rowsOfStreams(streams);
  if (values <= fewValues) return { values, columns: columnsOf([...rows]), pieces: null };
  const pieces: Buffer[] = [];
  for (const piece of piecesOf(rows)) {
    pieces.push(piece);
    await setImmediate();
  }
  return { values, columns: null, pieces };
}

function* rowsOfStreams(streams: readonly StreamTallies[]): Generator<MonthRow> {
  for (const { streamId, tallies } of streams) yield* rowsOf(streamId, tallies);
}

/** Number of changed values, counted per month and dimension. */
export function countValues(tallies: RollupDelta['tallies']): number {
  let values = 0;
  for (const byDimension of tallies.values()) {
    for (const tally of byDimension.values()) {
      for (const sums of tally.values()) if (changesSome(sums)) values++;
    }
  }
  return values;
}

const monthColumns = ['stream_id', 'dimension', 'month', '"values"', 'posts', 'engagement', 'engaged'];
type MonthRow = readonly [number, Dimension, string, readonly string[], string, string, string];

/** One row at a time: a large batch changes a hundred thousand values, and lists of all of them would be garbage. */
function* rowsOf(streamId: number, tallies: RollupDelta['tallies']): Generator<MonthRow> {
  for (const [month, byDimension] of tallies) {
    for (const [dimension, tally] of byDimension) {
      const columns = emptyColumns();
      for (const [value, sums] of tally) if (changesSome(sums)) addValue(columns, value, sums);
      if (columns.value.length === 0) continue;
      yield [
        streamId,
        dimension,
        month,
        columns.value,
        numbersLiteral(columns.posts),
        numbersLiteral(columns.engagement),
        numbersLiteral(columns.engaged),
      ];
    }
  }
}

/** The rows column by column, each as an array literal; arrays of arrays stay text. */
const columnsOf = (rows: readonly MonthRow[]): readonly string[] => [
  numbersLiteral(rows.map((row) => row[0])),
  ...([1, 2, 3, 4, 5, 6] as const).map((at) =>
    arrayLiteral(rows.map((row) => (at === 3 ? arrayLiteral(row[at]) : row[at]))),
  ),
];

/** Adds the parts of a small batch. */
export async function insertTallyMonths(tx: Tx, { columns }: TallyMonths): Promise<void> {
  if (columns === null) return;
  await tx.unsafe(
    `insert into tally_months (${monthColumns.join(', ')})
     select stream_id, dimension, month, "values"::text[], posts::int[], engagement::bigint[], engaged::int[]
     from unnest($1::int[], $2::text[], $3::date[], $4::text[], $5::text[], $6::text[], $7::text[])
       as t (${monthColumns.join(', ')})`,
    [...columns],
    { prepare: true },
  );
}

const changesSome = ({ posts, engagement, engaged }: TallyDelta) =>
  posts !== 0 || engagement !== 0 || engaged !== 0;

/** Adds the parts of a large batch. Nothing else may be sent meanwhile. */
export async function copyTallyMonths(tx: Tx, { pieces }: TallyMonths): Promise<void> {
  if (pieces !== null) await copyPieces(tx, 'tally_months', monthColumns, pieces);
}

/** Counts some values of a dimension as another value, in the totals and in each month that has them. */
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
    with gone as (
      delete from tally_months
      where stream_id = ${streamId} and dimension = ${dimension} and "values" && ${values}
      returning *
    )
    insert into tally_months (stream_id, dimension, month, "values", posts, engagement, engaged)
    select stream_id, dimension, month, array_agg(value), array_agg(posts), array_agg(engagement), array_agg(engaged)
    from (
      select g.stream_id, g.dimension, g.month, case when u.value = any(${values}) then ${into} else u.value end as value,
        ${tx.unsafe(tallySums)}
      from gone g, unnest(g."values", g.posts, g.engagement, g.engaged) as u (value, posts, engagement, engaged)
      group by 1, 2, 3, 4
    ) counted
    group by stream_id, dimension, month`;
}

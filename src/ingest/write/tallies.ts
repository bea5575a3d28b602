import { setImmediate } from 'node:timers/promises';
import type { TransactionSql } from 'postgres';
import type { Dimension } from '../../db/dimensions.ts';
import { tallySums } from '../../db/tally-sums.ts';
import { must } from '../../shared/errors.ts';
import { addTo, type RollupDelta, type Tally, type TallyDelta } from './contributions.ts';
import { copyPieces, type CopyValue, piecesOf } from './copy.ts';
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

/** What a batch adds to the months. */
export type TallyMonths = {
  /** Pieces of a COPY. */
  readonly pieces: readonly Buffer[];
  /** How many values there are in them. */
  readonly values: number;
};

/**
 * The parts that a batch adds to the months, a row a month and dimension. Nothing that is stored is read or written again:
 * a batch costs what it adds, be it small or large. `folding/tallies.ts` makes one part of many.
 */
export async function tallyMonths(streamId: number, tallies: RollupDelta['tallies']): Promise<TallyMonths> {
  const pieces: Buffer[] = [];
  let values = 0;
  const counted = (kept: number) => (values += kept);
  for (const piece of piecesOf(monthRows(streamId, tallies, counted))) {
    pieces.push(piece);
    await setImmediate();
  }
  return { pieces, values };
}

function* monthRows(
  streamId: number,
  tallies: RollupDelta['tallies'],
  counted: (kept: number) => void,
): Generator<readonly CopyValue[]> {
  for (const [month, byDimension] of tallies) {
    for (const [dimension, tally] of byDimension) {
      const kept = [...tally].filter(([, counts]) => changesSome(counts));
      if (kept.length === 0) continue;
      counted(kept.length);
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
}

const changesSome = ({ posts, engagement, engaged }: TallyDelta) =>
  posts !== 0 || engagement !== 0 || engaged !== 0;

/** Adds the parts. */
export async function addTallyMonths(tx: Tx, { pieces }: TallyMonths): Promise<void> {
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

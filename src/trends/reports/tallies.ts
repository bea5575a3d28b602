import { type SQL, sql } from 'drizzle-orm';
import { type Dimension, usesOf } from '../../db/dimensions.ts';
import { tallySums } from '../../db/tally-sums.ts';
import { toDay, toIso } from '../../shared/instant.ts';
import { ceilMonth, floorMonth } from '../../shared/month.ts';
import type { Range } from '../../shared/range.ts';
import { isDouble } from '../doubles.ts';

/**
 * Returns the tallies of each stream in a dimension: totals when the range is open at both ends, otherwise whole
 * months, and posts in the months in which it begins or ends.
 */
export function talliesIn(dimension: Dimension, range: Range): SQL {
  const { from, to } = range;
  if (from === null && to === null) {
    return sql`select /* across streams: the tallies of all */ stream_id, value, posts, engagement, engaged from tally_totals where dimension = ${dimension}`;
  }
  const [first, last] = [from === null ? null : ceilMonth(from), to === null ? null : floorMonth(to)];
  const ragged = (piece: Range) => uses(dimension, 'true', piece, 1);
  if (first !== null && last !== null && first > last) return ragged(range);
  const parts = [
    sql`select /* across streams: the tallies of all */ m.stream_id, u.value, ${sql.raw(tallySums)}
      from tally_months m,
        unnest(m."values", m.posts, m.engagement, m.engaged) as u (value, posts, engagement, engaged)
      where m.dimension = ${dimension} ${first === null ? sql`` : sql`and m.month >= ${toDay(first)}::date`}
        ${last === null ? sql`` : sql`and m.month < ${toDay(last)}::date`}
      group by m.stream_id, u.value having sum(u.posts) > 0`,
    ...(from !== null && first !== null && from < first ? [ragged({ from, to: first })] : []),
    ...(to !== null && last !== null && last < to ? [ragged({ from: last, to })] : []),
  ];
  return sql.join(parts, sql` union all `);
}

/** Returns rows that subtract what the tallies count too often, of posts that several streams have. */
export const doublesIn = (dimension: Dimension, range: Range): SQL => uses(dimension, isDouble, range, -1);

/** Returns each use in the posts of a range that a condition on `p` selects, counted `times`. Served by posts_newest. */
function uses(dimension: Dimension, where: string, { from, to }: Range, times: 1 | -1): SQL {
  const signed = sql.raw(String(times));
  return sql`select /* across streams: the tallies of all */ stream_id, value, ${signed} as posts, ${signed} * engagement as engagement,
      ${signed} * (engagement is not null)::int as engaged
    from (${sql.raw(usesOf(dimension, where))}
      ${from === null ? sql`` : sql`and p.created_at >= ${toIso(from)}`}
      ${to === null ? sql`` : sql`and p.created_at < ${toIso(to)}`}) uses`;
}

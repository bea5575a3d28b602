import { measures } from './measures.ts';

/**
 * The column of `activity_months` with a measure's values in each quarter-hour. The one of `at` has the quarter-hours.
 */
export const packedColumn = (column: string): string => `${column}_packed`;

/** The columns of `activity_months` that hold figures of each quarter-hour. */
export const packedColumns: readonly string[] = ['at', ...measures.map(({ column }) => column)].map(
  packedColumn,
);

/** All columns of `activity_months`, in one order. */
export const monthColumns: readonly string[] = [
  'stream_id',
  'month',
  'quarters',
  ...measures.map(({ column }) => column),
  ...packedColumns,
];

/** The bytes of each number in a list; 0 when a sum is always unknown, or a count always 0. */
const widthOf = (column: string, role: 'count' | 'sum'): string => {
  const within = (bits: number) =>
    `min(${column}) > -2::numeric ^ ${bits} and max(${column}) < 2::numeric ^ ${bits}`;
  const isNothing = role === 'sum' ? `count(${column}) = 0` : `min(${column}) = 0 and max(${column}) = 0`;
  return `case when ${isNothing} then 0 when ${within(7)} then 1 when ${within(15)} then 2 when ${within(31)} then 4 else 8 end`;
};

/** The lowest number of each width stands for null. */
const unknownOf = (width: string): string =>
  `case ${width} when 1 then -128 when 2 then -32768 when 4 then -2147483648 else -9223372036854775808 end`;

/** A list of numbers as bytes: first the width of each, then all of them, big-endian. */
const packed = (column: string, role: 'count' | 'sum'): string => {
  const width = `w.${column}_width`;
  const value = role === 'sum' ? `coalesce(q.${column}, ${unknownOf(width)})` : `q.${column}`;
  return `set_byte('\\x00'::bytea, 0, max(${width}))
    || string_agg(substr(int8send((${value})::bigint), 9 - ${width}, ${width}), ''::bytea order by q.at)`;
};

const packs = [{ column: 'at', role: 'count' } as const, ...measures];

/**
 * A statement that makes rows of `activity_months` from quarter-hours of `activity`. `stats/kernel/packed-months.ts`
 * reads them.
 */
export const packedMonthsOf = (rows: string): string => `
  with q as materialized (
    select r.stream_id, date_trunc('month', r.bucket at time zone 'UTC')::date as month,
      (extract(epoch from r.bucket at time zone 'UTC' - date_trunc('month', r.bucket at time zone 'UTC')) / 900)::int as at,
      ${measures.map(({ column }) => `r.${column}`).join(', ')}
    from (${rows}) r
  ), w as (
    select month, ${packs.map(({ column, role }) => `${widthOf(column, role)} as ${column}_width`).join(', ')}
    from q group by month
  )
  select q.stream_id, q.month, count(*)::int as quarters,
    ${measures.map(({ column }) => `sum(q.${column})::bigint as ${column}`).join(', ')},
    ${packs.map(({ column, role }) => `${packed(column, role)} as ${packedColumn(column)}`).join(', ')}
  from q join w on w.month = q.month group by q.stream_id, q.month`;

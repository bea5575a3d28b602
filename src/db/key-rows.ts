/**
 * SQL of rows whose columns are array parameters of equal length, such as `$2::uuid[]`, to be joined with a stream's
 * rows by their whole key. The limit leaves out no row. It makes the planner expect one row, so that a plan which all
 * streams share probes the index for each. Without it, in a store whose average stream has few rows, that plan reads
 * every row of the stream, however many it has.
 */
export const keyRows = (arrays: readonly string[], columns: readonly string[]): string =>
  `(select * from unnest(${arrays.join(', ')}) as k (${columns.join(', ')}) limit cardinality(${arrays[0]}))`;

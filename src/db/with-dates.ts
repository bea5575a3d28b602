/**
 * Makes some columns of rows dates, in place. Null stays null, and a column that a row does not have is not added.
 * Postgres.js adds the columns of a row one by one, so V8 keeps a row of many columns as a hash table, and a copy takes
 * kilobytes. `Row` is the type of the rows afterwards.
 */
export function withDates<Row>(
  rows: readonly Record<string, unknown>[],
  names: readonly string[],
): readonly Row[] {
  for (const row of rows) {
    for (const name of names) if (row[name] != null) row[name] = new Date(row[name] as string);
  }
  return rows as readonly Row[]; // safe: the select list of the statement names its keys
}

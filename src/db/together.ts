import { type SQL, sql } from 'drizzle-orm';
import type { Database } from './client.ts';

/** A row of numbers with these names. */
type Numbers<Name extends string> = { readonly [Column in Name]: number | null };

/**
 * Like `runTogether`, for statements of many rows whose columns are all numbers. Each result is sent as one row with a
 * JSON array per column: 2,000 rows of five numbers take 0.7 ms of this process instead of 2.7 ms.
 */
export async function runNumbers<Name extends string>(
  db: Database,
  names: readonly Name[],
  statements: readonly (SQL | null)[],
): Promise<readonly (readonly Numbers<Name>[])[]> {
  const arrays = sql.join(
    names.map((name) => sql`json_agg(q.${sql.identifier(name)}) as ${sql.identifier(name)}`),
    sql`, `,
  );
  const packed = statements.map((part) => part && sql`select ${arrays} from (${part}) q`);
  const found = await runTogether<{ readonly [Column in Name]: readonly (number | null)[] | null }>(
    db,
    packed,
  );
  return found.map(([columns]) =>
    rowsOfColumns(
      names,
      names.map((name) => columns?.[name] ?? []),
    ),
  );
}

/** Turns columns of numbers, one per name, into rows. */
export function rowsOfColumns<Name extends string>(
  names: readonly Name[],
  columns: readonly (readonly (number | null)[])[],
): readonly Numbers<Name>[] {
  // Copies have the final shape from the start, and no spare room.
  const empty = Object.fromEntries(names.map((name) => [name, null])) as Record<Name, number | null>; // safe: every name is given
  return (columns[0] ?? []).map((_, at) => {
    const row = { ...empty };
    for (let column = 0; column < names.length; column += 1) {
      row[names[column] as Name] = columns[column]?.[at] ?? null; // safe: it is below their number
    }
    return row;
  });
}

/**
 * Runs statements with the same columns as one. Returns the rows of each in its order; null stands for no statement.
 * They are combined by UNION ALL, so each keeps its own plan (a range of a key that begins with stream_id). Postgres
 * appends whole branches, so the order within each stays. A single statement is run as it is.
 */
export async function runTogether<Row>(
  db: Database,
  statements: readonly (SQL | null)[],
): Promise<readonly (readonly Row[])[]> {
  const parts = statements.flatMap((part, at) => (part === null ? [] : [{ part, at }]));
  const rows: Row[][] = statements.map(() => []);
  const [only] = parts;
  if (only === undefined) return rows;
  if (parts.length === 1) {
    const found = await db.rows<Row>(only.part);
    return statements.map((_, at) => (at === only.at ? found : []));
  }
  const branches = parts.map(({ part, at }) => sql`select ${at}::int as branch, q.* from (${part}) q`);
  const found = await db.rows<Row & { readonly branch: number }>(sql.join(branches, sql` union all `));
  for (const row of found) rows[row.branch]?.push(row);
  return rows;
}

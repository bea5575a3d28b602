import type { TransactionSql } from 'postgres';
import { keyRows } from '../../db/key-rows.ts';
import { arrayLiteral } from './copy.ts';

type Cell = string | number | null;

/** Name, type, effect on conflict (a key is matched, a count is added, a sum is added where known), values. */
export type Column = readonly [
  name: string,
  type: string,
  role: 'key' | 'count' | 'sum',
  values: readonly Cell[],
];

/** Rows to be added to a stream's stored rows, as statement parameters. */
export class Upsert {
  readonly #statement: string;
  readonly #values: readonly string[];
  readonly #empty: boolean;

  /** The columns besides the stream's, all of one length. */
  constructor(table: string, columns: readonly Column[]) {
    this.#empty = (columns[0]?.[3].length ?? 0) === 0;
    this.#statement = statementOf(table, columns, 'one');
    this.#values = columns.map(([, type, , values]) => literalOf(type, values));
  }

  async run(tx: TransactionSql, streamId: number): Promise<void> {
    if (!this.#empty) await tx.unsafe(this.#statement, [streamId, ...this.#values], { prepare: true });
  }
}

/**
 * Like `Upsert.run`, for several streams: `streamIds` has the stream of each row. The caller holds the locks of all of
 * them.
 */
export async function upsertOfStreams(
  tx: TransactionSql,
  table: string,
  streamIds: readonly number[],
  columns: readonly Column[],
): Promise<void> {
  if (streamIds.length === 0) return;
  const all: readonly Column[] = [['stream_id', 'int', 'key', streamIds], ...columns];
  const values = all.map(([, type, , cells]) => literalOf(type, cells));
  await tx.unsafe(statementOf(table, all, 'several'), values, { prepare: true });
}

/**
 * Two steps in one statement: existing rows are updated, and the rest is inserted. The caller holds the stream's lock,
 * so nobody inserts the same rows meanwhile. ON CONFLICT, which expects that, logs a lock for each row: 0.9 of 6.6 kB
 * of WAL per post in a small batch.
 *
 * Batches of all streams and sizes share the plan. It reads no other rows of the stream, and takes time in proportion to
 * the batch: `not in` uses a hash table, but for `not exists` the planner, which expects few rows, compares each with each.
 */
function statementOf(table: string, columns: readonly Column[], streams: 'one' | 'several'): string {
  const isOne = streams === 'one';
  const names = columns.map(([name]) => name);
  const parameters = columns.map(([, type], index) => `$${index + (isOne ? 2 : 1)}::${type}[]`);
  const keys = columns.filter(([, , role]) => role === 'key').map(([name]) => name);
  // A key of one column can also be looked up by the array.
  const isPlain = isOne && keys.length === 1;
  const rows = isPlain
    ? `unnest(${parameters.join(', ')}) as d (${names.join(', ')})`
    : `${keyRows(parameters, names)} d`;
  const conditions = [
    ...(isOne ? ['t.stream_id = $1::int'] : []),
    ...(isPlain ? [`t.${keys[0]} = any(${parameters[0]})`] : []),
    ...keys.map((name) => `t.${name} = d.${name}`),
  ];
  const assignments = columns.flatMap(([name, , role]) => {
    if (role === 'count') return [`${name} = t.${name} + d.${name}`];
    if (role === 'sum') return [`${name} = coalesce(t.${name} + d.${name}, t.${name}, d.${name})`];
    return [];
  });
  const keysOf = (alias: string) => keys.map((name) => `${alias}.${name}`).join(', ');
  return `with d as materialized (
      select * from ${rows}
    ), updated as (
      update ${table} t set ${assignments.join(', ')} from d
      where ${conditions.join(' and ')}
      returning ${keysOf('t')}
    )
    insert into ${table} (${isOne ? 'stream_id, ' : ''}${names.join(', ')})
    select ${isOne ? '$1::int, ' : ''}d.* from d
    where (${keysOf('d')}) not in (select ${keysOf('u')} from updated u)`;
}

/** An array literal. postgres.js's own array formatting was visible in the profile of an import. */
function literalOf(type: string, values: readonly Cell[]): string {
  return type === 'text' ? arrayLiteral(values as readonly string[]) : numbersLiteral(values);
}

/** An array literal of numbers, or of instants, which need no quotes when they have no spaces. */
export function numbersLiteral(values: readonly Cell[]): string {
  return `{${values.map((value) => (value === null ? 'null' : value)).join(',')}}`;
}

import { distributedTables, streamTables } from '../../../src/db/store-tables.ts';
import { readStatement, type Tables } from './read.ts';
import { child, list, nodes, words } from './scope.ts';

const tables: Tables = { ofStreams: new Set(streamTables), distributed: new Set(distributedTables) };
const names = new RegExp(`\\b(?:${distributedTables.join('|')})\\b`);
const isMarked = (statement: string) => statement.includes('/* across streams: ');

/**
 * The faults of a statement on a cluster distributed by `stream_id`: what the cluster would refuse, or needlessly run
 * on all nodes. Empty when there are none. A comment `across streams: …` marks a statement that is meant for all
 * streams.
 */
export function faultsOf(statement: string): readonly string[] {
  if (!names.test(statement)) return [];
  const { named, correlated, sets, returnings, locks, columnless, limited } = readStatement(
    statement,
    tables,
  );
  const distributed = named.filter(({ table }) => tables.distributed.has(table));
  if (distributed.length === 0) return [];
  const faults: string[] = [];
  const ofAll = distributed.filter(({ isOfGivenStreams }) => !isOfGivenStreams);
  if (ofAll.length > 0 && !isMarked(statement))
    faults.push(
      `reads ${ofAll.map(({ table }) => table).join(', ')} of all streams, and does not say that it is meant to`,
    );
  if (ofAll.length > 0 && locks) faults.push('locks rows of several shards');
  for (const what of correlated)
    faults.push(
      `asks a table of the coordinator for each row of a distributed one, or the other way: ${what}`,
    );
  for (const table of columnless)
    faults.push(
      `selects no column of ${table}: a cluster reads it as a list of columns, which must have one`,
    );
  for (const table of limited)
    faults.push(
      `takes the first rows of ${table} for each of a list: one statement, or arm of a union, a stream`,
    );
  if (/\bpg_notify\b/.test(statement))
    faults.push('notifies on the node that has the rows, where nobody listens');
  if (sets.some(isOfTheMoment)) faults.push('sets what is not the same on each node: pass the instant');
  if (returnings.some(isOfTheSession))
    faults.push('returns what depends on settings of the session: cast it in the program');
  return faults;
}

const typeOf = (cast: unknown) => words(list(child(cast, 'typeName'), 'names')).at(-1);
const calls = (node: unknown): readonly string[] =>
  nodes(node).map((part) => words(list(child(part, 'FuncCall'), 'funcname')).at(-1) ?? '');

/** Whether a SET list contains `clock_timestamp()`, `coalesce(…, now())` or a sum with an interval. */
function isOfTheMoment(set: unknown): boolean {
  if (calls(set).includes('clock_timestamp')) return true;
  return nodes(set).some(
    (part) =>
      calls(child(part, 'CoalesceExpr')).includes('now') ||
      nodes(child(part, 'A_Expr')).some((side) => typeOf(child(side, 'TypeCast')) === 'interval'),
  );
}

/** Whether a RETURNING list casts to text. */
function isOfTheSession(returned: unknown): boolean {
  return nodes(returned).some((part) => {
    const cast = child(part, 'TypeCast');
    return typeOf(cast) === 'text' && child(child(cast, 'arg'), 'ColumnRef') !== undefined;
  });
}

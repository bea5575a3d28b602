import type { SchemaElement } from 'hyparquet';
import { type ColumnKind, type ColumnName, columnNames, columns, type ExportRow } from './columns.ts';
import type { Batches } from './columns.ts';

/**
 * Rows of a group, and characters of their texts: a group is in memory until it is written, and is encoded in one turn of the
 * loop. 240,000 posts took 290 MB in groups of 5,000, 390 MB in groups of 10,000; the file grew by 3 %. The second bound
 * is for posts of 25,000 characters each.
 */
const groupRows = 5_000;
const groupCharacters = 16_000_000;

/** Typed columns, Snappy, in groups of 5,000 rows at most. The index stands at the end: a pipe will do. */
export async function* toParquet(batches: Batches): AsyncGenerator<Uint8Array> {
  // Its 50 modules are loaded with the first export of this format, not at every start.
  const { ByteWriter, ParquetWriter } = await import('hyparquet-writer');
  const writer = new ByteWriter();
  const file = new ParquetWriter({ writer, schema: [...schema], createdBy: 'larkstat' });
  const take = (): Uint8Array => {
    const bytes = writer.getBytes().slice();
    writer.index = 0;
    return bytes;
  };
  for await (const group of groupsOf(batches)) {
    file.write({ columnData: columnNames.map((name) => columnOf(name, group)), rowGroupSize: group.length });
    yield take();
  }
  file.finish();
  yield take();
}

async function* groupsOf(batches: Batches): AsyncGenerator<readonly ExportRow[]> {
  let group: ExportRow[] = [];
  let characters = 0;
  for await (const batch of batches) {
    for (const row of batch) {
      group.push(row);
      characters += String(row.text).length;
    }
    if (group.length < groupRows && characters < groupCharacters) continue;
    yield group;
    group = [];
    characters = 0;
  }
  if (group.length > 0) yield group;
}

/** Whole numbers are 64 bits wide there, which JavaScript calls BigInt. */
function columnOf(name: ColumnName, rows: readonly ExportRow[]) {
  const data = rows.map((row) => row[name]);
  if (columns[name].kind !== 'whole') return { name, data };
  return { name, data: data.map((value) => (typeof value === 'number' ? BigInt(value) : null)) };
}

const text = { type: 'BYTE_ARRAY', converted_type: 'UTF8', logical_type: { type: 'STRING' } } as const;

/** The types of Parquet; of a list it is that of its elements. */
const types: Readonly<Record<ColumnKind, Omit<SchemaElement, 'name'>>> = {
  text,
  list: text,
  whole: { type: 'INT64' },
  real: { type: 'DOUBLE' },
  flag: { type: 'BOOLEAN' },
  instant: {
    type: 'INT64',
    converted_type: 'TIMESTAMP_MILLIS',
    logical_type: { type: 'TIMESTAMP', isAdjustedToUTC: true, unit: 'MILLIS' },
  },
  json: { type: 'BYTE_ARRAY', converted_type: 'JSON', logical_type: { type: 'JSON' } },
};

const schema: readonly SchemaElement[] = [
  { name: 'posts', num_children: columnNames.length },
  ...columnNames.flatMap((name): readonly SchemaElement[] => {
    const { kind, nullable } = columns[name];
    const repetition_type = nullable ? 'OPTIONAL' : 'REQUIRED';
    if (kind !== 'list') return [{ name, ...types[kind], repetition_type }];
    // The three levels that the format prescribes.
    return [
      { name, repetition_type, num_children: 1, converted_type: 'LIST', logical_type: { type: 'LIST' } },
      { name: 'list', repetition_type: 'REPEATED', num_children: 1 },
      { name: 'element', ...types.list, repetition_type: 'REQUIRED' },
    ];
  }),
];

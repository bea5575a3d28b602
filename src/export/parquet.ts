import type { SchemaElement } from 'hyparquet';
import { type ColumnKind, type ColumnName, columnNames, columns, type ExportRow } from './columns.ts';
import type { Batches } from './columns.ts';

/**
 * Limits of a row group: rows, and characters of their texts. A group is in memory until it is written, and is encoded
 * in one turn of the event loop. 240,000 posts took 290 MB in groups of 5,000 and 390 MB in groups of 10,000; the file
 * grew by 3 %. The second limit is for posts of up to 25,000 characters.
 */
const groupRows = 5_000;
const groupCharacters = 16_000_000;

/**
 * Writes Parquet: typed columns, Snappy, groups of at most 5,000 rows. The index is at the end, so the output can be a
 * pipe.
 */
export async function* toParquet(batches: Batches): AsyncGenerator<Uint8Array> {
  // Imported on first use: these are 50 modules.
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

/** Parquet's whole numbers are 64 bits wide, i.e. BigInt in JavaScript. */
function columnOf(name: ColumnName, rows: readonly ExportRow[]) {
  const data = rows.map((row) => row[name]);
  if (columns[name].kind !== 'whole') return { name, data };
  return { name, data: data.map((value) => (typeof value === 'number' ? BigInt(value) : null)) };
}

const text = { type: 'BYTE_ARRAY', converted_type: 'UTF8', logical_type: { type: 'STRING' } } as const;

/** Parquet's types; for a list, the type of its elements. */
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
    // The three levels that the format requires for a list.
    return [
      { name, repetition_type, num_children: 1, converted_type: 'LIST', logical_type: { type: 'LIST' } },
      { name: 'list', repetition_type: 'REPEATED', num_children: 1 },
      { name: 'element', ...types.list, repetition_type: 'REQUIRED' },
    ];
  }),
];

import { Writable } from 'node:stream';
import { parse } from 'csv-parse/sync';
import { parquetReadObjects } from 'hyparquet';
import { columnNames, columns, type ExportRow } from '../../src/export/columns.ts';
import type { ExportFormat } from '../../src/shared/export-format.ts';

/** A row as read back: instants are ISO 8601. */
export type ReadRow = Readonly<Record<string, unknown>>;

/** The row that any reader must get. */
export const expected = (row: ExportRow): ReadRow => JSON.parse(JSON.stringify(row)) as ReadRow;

/** Reads an exported file with a program that did not write it. */
export async function readBack(format: ExportFormat, bytes: Buffer): Promise<readonly ReadRow[]> {
  switch (format) {
    case 'JSON':
      return JSON.parse(bytes.toString()) as readonly ReadRow[];
    case 'NDJSON':
      return bytes
        .toString()
        .split('\n')
        .slice(0, -1)
        .map((line) => JSON.parse(line) as ReadRow);
    case 'CSV':
      return readCsv(bytes);
    case 'PARQUET':
      return readParquet(bytes);
  }
}

/** Quotes distinguish an empty text from null. */
function readCsv(bytes: Buffer): readonly ReadRow[] {
  const records = parse<Record<string, string>>(bytes, {
    columns: true,
    cast: (value, { quoting, header }) => (value === '' && !quoting && !header ? null : value),
  });
  return records.map((record) =>
    Object.fromEntries(
      Object.entries(record).map(([name, value]) => [name, value === null ? null : typed(name, value)]),
    ),
  );
}

function typed(name: string, text: string): unknown {
  const kind = columns[name as keyof typeof columns].kind;
  if (kind === 'text') return text.replace(/^'(?=[=+\-@\t\r＝＋－＠])/u, '');
  return kind === 'instant' ? text : JSON.parse(text);
}

async function readParquet(bytes: Buffer): Promise<readonly ReadRow[]> {
  const { buffer, byteOffset, length } = bytes;
  const file = buffer.slice(byteOffset, byteOffset + length) as ArrayBuffer; // safe: the memory is not shared
  const rows = await parquetReadObjects({ file });
  return rows.map((row) => {
    const read = columnNames.map((name) => {
      const value: unknown = row[name];
      return [name, typeof value === 'bigint' ? Number(value) : (value ?? null)];
    });
    return JSON.parse(JSON.stringify(Object.fromEntries(read))) as ReadRow;
  });
}

/** A sink that keeps all bytes. */
export function collector(): { readonly sink: Writable; bytes(): Buffer } {
  const chunks: Buffer[] = [];
  const sink = new Writable({
    write(chunk: Buffer, _encoding, done) {
      chunks.push(chunk);
      done();
    },
  });
  return { sink, bytes: () => Buffer.concat(chunks) };
}

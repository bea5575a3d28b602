import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { inflateRawSync } from 'node:zlib';
import type { Sql } from 'postgres';
import { type Manifest, manifestName } from '../../src/backup/manifest.ts';
import { storeTables } from '../../src/db/store-tables.ts';
import { type ZipMember, zipOf } from './zips.ts';

/**
 * A checksum of all rows of each table. It leaves out the columns in `without`, and the versions, because a restore
 * raises them.
 */
export async function digestOf(
  sql: Sql,
  without: readonly string[] = [],
): Promise<Readonly<Record<string, string>>> {
  const sums: Record<string, string> = {};
  const fewer = without.map((column) => ` - '${column}'`).join('');
  for (const table of storeTables) {
    const row = `(to_jsonb(t) ${table === 'streams' || table === 'registry' ? "- 'version' - 'derived_version'" : ''} ${fewer})::text`;
    const [found] = await sql.unsafe<{ rows: number; sum: string }[]>(
      `select count(*)::int as rows, coalesce(md5(string_agg(md5(${row}), '' order by ${row})), '') as sum from ${table} t`,
    );
    sums[table] = `${found?.rows} ${found?.sum}`;
  }
  return sums;
}

/** The files of a backup written by `saveBackup`, as input for `zipOf`. */
export async function membersOf(path: string): Promise<ZipMember[]> {
  const zip = await readFile(path);
  const members: ZipMember[] = [];
  const end = zip.length - 22;
  let at = zip.readUInt32LE(end + 16);
  while (at < end) {
    const nameLength = zip.readUInt16LE(at + 28);
    const name = zip.toString('utf8', at + 46, at + 46 + nameLength);
    const local = zip.readUInt32LE(at + 42);
    const start = local + 30 + zip.readUInt16LE(local + 26) + zip.readUInt16LE(local + 28);
    const packed = zip.subarray(start, start + zip.readUInt32LE(at + 20));
    members.push({ name, content: inflateRawSync(packed) });
    at += 46 + nameLength + zip.readUInt16LE(at + 30) + zip.readUInt16LE(at + 32);
  }
  return members;
}

/** The same backup with another manifest, and with replaced files when they are given. */
export function altered(
  members: readonly ZipMember[],
  change: (manifest: Manifest) => object,
  files: (members: readonly ZipMember[]) => readonly ZipMember[] = (same) => same,
): Buffer {
  const manifest = members.find(({ name }) => name === manifestName);
  const content = JSON.stringify(change(JSON.parse(String(manifest?.content)) as Manifest));
  return zipOf([...files(members.filter((one) => one !== manifest)), { name: manifestName, content }]);
}

/**
 * The same backup, as a store with an older schema would write it. `columns` lists the columns of that schema by table;
 * later tables and columns are left out.
 */
export function ofOlderSchema(
  members: readonly ZipMember[],
  migration: Manifest['migration'],
  columns: ReadonlyMap<string, readonly string[]>,
): Buffer {
  const kept = new Map<string, ZipMember>();
  const change = (manifest: Manifest) => {
    const tables = manifest.tables.flatMap((table) => {
      const older = columns.get(table.name);
      if (older === undefined) return [];
      const places = table.columns.flatMap((name, index) => (older.includes(name) ? [index] : []));
      const content = withColumns(members, `${table.name}.copy`, places);
      kept.set(content.name, content);
      const sha256 = createHash('sha256').update(content.content).digest('hex');
      const names = places.map((index) => table.columns[index]);
      return [{ ...table, columns: names, bytes: content.content.length, sha256 }];
    });
    return {
      ...manifest,
      migration,
      tables,
      sequences: manifest.sequences.filter(({ table, column }) => columns.get(table)?.includes(column)),
    };
  };
  return altered(members, change, (all) => all.flatMap(({ name }) => kept.get(name) ?? []));
}

/** Rows of a table with some of its columns; line breaks and tabs in values are escaped. */
function withColumns(members: readonly ZipMember[], file: string, places: readonly number[]) {
  const content = members.find(({ name }) => name === file)?.content ?? Buffer.alloc(0);
  const rows = String(content).split('\n').slice(0, -1);
  const narrowed = rows.map((row) => {
    const values = row.split('\t');
    return `${places.map((index) => values[index]).join('\t')}\n`;
  });
  return { name: file, content: Buffer.from(narrowed.join('')) };
}

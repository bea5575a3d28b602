import { readFile } from 'node:fs/promises';
import { inflateRawSync } from 'node:zlib';
import type { Sql } from 'postgres';
import { type Manifest, manifestName } from '../../src/backup/manifest.ts';
import { storeTables } from '../../src/backup/tables.ts';
import { type ZipMember, zipOf } from './zips.ts';

/** A sum of all rows of each table; versions are left out, as a restore raises them. */
export async function digestOf(sql: Sql): Promise<Readonly<Record<string, string>>> {
  const sums: Record<string, string> = {};
  for (const table of storeTables) {
    const row = `(to_jsonb(t) ${table === 'streams' || table === 'registry' ? "- 'version'" : ''})::text`;
    const [found] = await sql.unsafe<{ rows: number; sum: string }[]>(
      `select count(*)::int as rows, coalesce(md5(string_agg(md5(${row}), '' order by ${row})), '') as sum from ${table} t`,
    );
    sums[table] = `${found?.rows} ${found?.sum}`;
  }
  return sums;
}

/** The files of a backup that `saveBackup` wrote, as `zipOf` takes them. */
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

/** The same backup with another manifest, and others of its files where they are given. */
export function altered(
  members: readonly ZipMember[],
  change: (manifest: Manifest) => object,
  files: (members: readonly ZipMember[]) => readonly ZipMember[] = (same) => same,
): Buffer {
  const manifest = members.find(({ name }) => name === manifestName);
  const content = JSON.stringify(change(JSON.parse(String(manifest?.content)) as Manifest));
  return zipOf([...files(members.filter((one) => one !== manifest)), { name: manifestName, content }]);
}

import { createHash, randomBytes } from 'node:crypto';
import { type FileHandle, open, rename, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { Readable } from 'node:stream';
import type { TransactionSql } from 'postgres';
import yazl from 'yazl';
import { storeTables } from '../db/store-tables.ts';
import { must } from '../shared/errors.ts';
import { version } from '../version.ts';
import { entryOf, type Manifest, manifestName, type TableEntry } from './manifest.ts';
import { inOneTransaction, type Place } from './session.ts';
import { columnsOf, sequencesOf } from './tables.ts';

/** Called with the number of copied rows and the current table. */
export type ReportCopied = (rows: number, table: string) => void;

type SaveOptions = { readonly signal?: AbortSignal; readonly onProgress?: ReportCopied };
export type Saved = { readonly manifest: Manifest; readonly bytes: number };

/**
 * Copies the store, as of one moment, into a file; replaces an existing file at the end. Reads and writes continue
 * meanwhile; only a migration waits. After a failure or an abort, the old file is left.
 */
export async function saveBackup(place: Place, path: string, options: SaveOptions = {}): Promise<Saved> {
  const part = `${path}.${randomBytes(4).toString('hex')}.part`;
  // It contains private posts and the API's keys.
  const file = await open(part, 'wx', 0o600);
  try {
    const manifest = await inOneTransaction(
      place,
      { name: 'larkstat backup', mode: 'isolation level repeatable read read only', signal: options.signal },
      (tx) => writeZip(tx, file, options.onProgress ?? (() => {})),
    );
    await file.sync();
    const { size } = await file.stat();
    await file.close();
    await rename(part, path);
    await syncFolder(dirname(path));
    return { manifest, bytes: size };
  } catch (error) {
    await file.close().catch(() => {});
    await rm(part, { force: true });
    throw error;
  }
}

/** Makes the rename durable through a loss of power. */
async function syncFolder(path: string): Promise<void> {
  const folder = await open(path).catch(() => null); // Windows cannot open folders
  await folder?.sync().catch(() => {});
  await folder?.close();
}

async function writeZip(tx: TransactionSql, file: FileHandle, report: ReportCopied): Promise<Manifest> {
  const zip = new yazl.ZipFile();
  const failed = new Promise<never>((_, reject) => void zip.on('error', reject));
  // safe: its declared type is too general
  const written = Promise.race([writeFile(file, zip.outputStream as Readable), failed]);
  // Awaited below.
  written.catch(() => {});
  const manifest = await copyTables(
    tx,
    (table, rows) => Promise.race([addEntry(zip, table, rows), endOf(written)]),
    report,
  );
  zip.addBuffer(Buffer.from(JSON.stringify(manifest, null, 1)), manifestName);
  zip.end();
  await written;
  return manifest;
}

/** Rejects when writing the file fails, and never resolves: the file ends only after its last entry. */
const endOf = (written: Promise<unknown>): Promise<never> => written.then(() => new Promise<never>(() => {}));

/** Adds rows to the zip; resolves when all have been taken. */
function addEntry(zip: yazl.ZipFile, table: string, rows: Readable): Promise<void> {
  return new Promise((resolve, reject) => {
    rows.once('end', resolve).once('error', reject);
    // The fastest level: most bytes are payloads that are already compressed.
    zip.addReadStreamLazy(entryOf(table), { compressionLevel: 1 }, (take) => take(null, rows));
  });
}

type AddRows = (table: string, rows: Readable) => Promise<void>;

async function copyTables(tx: TransactionSql, add: AddRows, report: ReportCopied): Promise<Manifest> {
  // Before the snapshot, because a migration that commits in between would change the tables.
  await tx.unsafe(`lock table ${storeTables.join(', ')} in access share mode`);
  const [row] = await tx<{ at: number; hash: string; takenAt: Date }[]>`
    select created_at::float8 as at, hash, now() as "takenAt" from drizzle.__drizzle_migrations
    order by created_at desc limit 1`;
  const { at, hash, takenAt } = must(row, 'the store was migrated');
  const columns = await columnsOf(tx, storeTables);
  const tables: TableEntry[] = [];
  let rows = 0;
  for (const name of storeTables) {
    const before = rows;
    const tallied = await copyTable(
      tx,
      { name, columns: must(columns.get(name), 'it is locked') },
      add,
      (more) => {
        rows = before + more;
        report(rows, name);
      },
    );
    tables.push(tallied);
  }
  return {
    larkstatBackup: 1,
    version,
    takenAt: takenAt.toISOString(),
    migration: { at, hash },
    tables,
    sequences: [...(await sequencesOf(tx, storeTables))],
  };
}

async function copyTable(
  tx: TransactionSql,
  { name, columns }: { readonly name: string; readonly columns: readonly string[] },
  add: AddRows,
  report: (rows: number) => void,
): Promise<TableEntry> {
  const source = await tx.unsafe(`copy ${name} (${quoted(columns)}) to stdout`).readable();
  // The reader also gets the error. After a failure nobody reads, and without a listener the error would end the
  // process.
  source.on('error', () => {});
  const hash = createHash('sha256');
  const tally = { rows: 0, bytes: 0 };
  async function* counted(): AsyncGenerator<Buffer> {
    for await (const chunk of source as AsyncIterable<Buffer>) {
      hash.update(chunk);
      tally.bytes += chunk.length;
      // A row is a line: line breaks within values are escaped.
      for (let at = chunk.indexOf(10); at >= 0; at = chunk.indexOf(10, at + 1)) tally.rows++;
      report(tally.rows);
      yield chunk;
    }
    // postgres.js pauses its socket while the reader is slow, and resumes it on the next read. After the last row
    // nobody reads, so without this call the end that Postgres sends would never arrive.
    source._read(0);
  }
  await add(name, Readable.from(counted(), { objectMode: false }));
  return { name, columns: [...columns], ...tally, sha256: hash.digest('hex') };
}

/** Quotes column names, since `values` is an SQL keyword. */
export const quoted = (columns: readonly string[]): string => columns.map((name) => `"${name}"`).join(', ');

import { createHash } from 'node:crypto';
import type { TransactionSql } from 'postgres';
import { listMigrations, type Migration } from '../db/migrate.ts';
import { migrationLock } from '../db/migration-lock.ts';
import { refuseOtherProcesses } from '../db/refuse-other-processes.ts';
import { storeTables } from '../db/store-tables.ts';
import { copyPieces } from '../ingest/write/copy.ts';
import { databaseFull } from '../shared/disk-full.ts';
import { BadInputError, must } from '../shared/errors.ts';
import { raiseRegistryBy } from '../streams/registry.ts';
import { raiseAllVersions } from '../streams/touch.ts';
import { type Contents, contentsOf, describeContents, isEmpty } from './contents.ts';
import type { TableEntry } from './manifest.ts';
import type { Backup } from './open.ts';
import { applyMigrations, dropStore } from './recreate.ts';
import { quoted, type ReportCopied } from './save.ts';
import { inOneTransaction, type Place } from './session.ts';
import { columnsOf, type Sequence, sequencesOf } from './tables.ts';

type RestoreOptions = {
  /** Whether to delete the store's present contents. */
  readonly replace?: boolean;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ReportCopied;
};

export type Restored = {
  /** The previous contents of the store. */
  readonly replaced: Contents;
  readonly rows: number;
  /** How many newer migrations were run afterwards. */
  readonly migrated: number;
};

/**
 * Replaces the store by the backup, or leaves it as it is. The store already has the current schema. Throws BAD_INPUT
 * when the backup is damaged or newer, when the store is not empty and `replace` is not set, or when other processes
 * use the store.
 */
export async function restoreBackup(
  place: Place,
  backup: Backup,
  { replace = false, signal, onProgress = () => {} }: RestoreOptions = {},
): Promise<Restored> {
  const migrations = splitMigrations(backup);
  try {
    const restored = await inOneTransaction(place, { name: 'larkstat restore', signal }, async (tx) => {
      // A process that starts meanwhile waits for this lock before it reads anything.
      await tx`select pg_advisory_xact_lock(${migrationLock})`;
      await refuseOtherProcesses(tx, 'restore');
      const replaced = await contentsOf(tx);
      if (!replace && !isEmpty(replaced)) throw notEmpty(replaced);
      return { replaced, ...(await load(tx, backup, migrations, onProgress)) };
    });
    // Otherwise the first queries would have no statistics, and would rewrite every page to mark its rows as committed.
    await place.db.sql.unsafe(`vacuum (analyze, truncate off) ${storeTables.join(', ')}`);
    return restored;
  } catch (error) {
    throw refusal(error, backup.name);
  }
}

type Migrations = { readonly before: readonly Migration[]; readonly after: readonly Migration[] };

/** Splits the migrations into those that the backup has and those after. */
function splitMigrations({ name, manifest }: Backup): Migrations {
  const all = listMigrations();
  const { at, hash } = manifest.migration;
  const last = all.findIndex((migration) => migration.at === at && migration.hash === hash);
  if (last >= 0) return { before: all.slice(0, last + 1), after: all.slice(last + 1) };
  if (at > (all.at(-1)?.at ?? 0)) {
    throw new BadInputError(
      `${name} is by larkstat ${manifest.version}, which is newer: update this one first`,
    );
  }
  throw new BadInputError(`${name} has a schema that larkstat never had`);
}

const notEmpty = (contents: Contents) =>
  new BadInputError(
    `The store holds ${describeContents(contents)}: nothing was changed. \`--replace\` deletes all of that first`,
  );

async function load(
  tx: TransactionSql,
  backup: Backup,
  { before, after }: Migrations,
  report: ReportCopied,
): Promise<Omit<Restored, 'replaced'>> {
  const { manifest } = backup;
  const [raised, sequences] = [await nextVersion(tx), await sequencesOf(tx, storeTables)];
  const names = manifest.tables.map((table) => table.name);
  if (after.length > 0) {
    await dropStore(tx);
    await applyMigrations(tx, before);
  }
  await refuseOtherColumns(tx, backup);
  // Migrations insert a few rows. There are no other tables than the backup's.
  await tx.unsafe(`truncate ${names.join(', ')}`);
  let rows = 0;
  for (const table of manifest.tables) {
    await loadTable(tx, backup, table);
    rows += table.rows;
    report(rows, table.name);
  }
  await setSequences(tx, [...sequences, ...manifest.sequences], names);
  await applyMigrations(tx, after);
  await raiseAllVersions(tx, raised);
  await raiseRegistryBy(tx, raised);
  return { rows, migrated: after.length };
}

/**
 * Refuses a backup unless it has each table of its schema with all columns, which also proves that its names are the
 * store's own.
 */
async function refuseOtherColumns(tx: TransactionSql, { name, manifest }: Backup): Promise<void> {
  const [{ tables } = { tables: [] }] = await tx<{ tables: string[] }[]>`
    select array_agg(t.name) as tables from unnest(${[...storeTables]}::text[]) t (name)
    where to_regclass(t.name) is not null`;
  const columns = await columnsOf(tx, tables);
  const shapeOf = (all: Iterable<readonly [string, readonly string[]]>) =>
    JSON.stringify([...all].map(([table, of]) => [table, [...of].sort()]).sort());
  const given = manifest.tables.map((table) => [table.name, table.columns] as const);
  if (shapeOf(given) !== shapeOf(columns)) {
    throw new BadInputError(`${name} is damaged: its tables are not those of larkstat ${manifest.version}`);
  }
}

/** Creates the indexes after loading: row by row, the search index alone takes longer than everything else. */
async function loadTable(tx: TransactionSql, backup: Backup, table: TableEntry): Promise<void> {
  const indexes = await tx<{ name: string; definition: string }[]>`
    select c.relname as name, pg_get_indexdef(i.indexrelid) as definition
    from pg_index i join pg_class c on c.oid = i.indexrelid
    where i.indrelid = to_regclass(${table.name})
      and not exists (select from pg_constraint where conindid = i.indexrelid)`;
  for (const { name } of indexes) await tx.unsafe(`drop index "${name}"`);
  await copyPieces(tx, table.name, [quoted(table.columns)], checked(backup, table));
  const [found] = await tx.unsafe<{ rows: number }[]>(
    `select /* across streams: the whole store */ count(*)::float8 as rows from ${table.name}`,
  );
  if (found?.rows !== table.rows) {
    throw new BadInputError(
      `${backup.name} is damaged: ${table.name} has ${found?.rows} rows, its manifest says ${table.rows}`,
    );
  }
  for (const { definition } of indexes) await tx.unsafe(definition);
}

/** Yields the table's rows; fails at the end when their checksum differs from the manifest. */
async function* checked(backup: Backup, table: TableEntry): AsyncGenerator<Buffer> {
  const hash = createHash('sha256');
  for await (const chunk of backup.read(table)) {
    hash.update(chunk);
    yield chunk;
  }
  if (hash.digest('hex') !== table.sha256) {
    throw new BadInputError(`${backup.name} is damaged: the checksum of ${table.name} differs`);
  }
}

/** Sets the sequences so that no number is issued twice, neither one of the backup nor one of this store. */
async function setSequences(
  tx: TransactionSql,
  used: readonly Sequence[],
  tables: readonly string[],
): Promise<void> {
  for (const { table, column } of await sequencesOf(tx, tables)) {
    const [row] = await tx<
      { last: number }[]
    >`select /* across streams: the whole store */ coalesce(max(${tx(column)}), 0)::float8 as last from ${tx(table)}`;
    const own = used.filter((one) => one.table === table && one.column === column);
    const last = Math.max(must(row, 'an aggregate').last, ...own.map((one) => one.last ?? 0));
    if (last > 0) await tx`select setval(pg_get_serial_sequence(${table}, ${column}), ${last}::bigint)`;
  }
}

/**
 * Returns a version above every version that the store has ever had, because cached answers are identified by versions.
 */
async function nextVersion(tx: TransactionSql): Promise<number> {
  // In seconds, since versions seldom grow faster than one a second, and a deleted stream may have had any version.
  const [row] = await tx<{ version: number }[]>`
    select greatest(extract(epoch from now())::bigint, (select max(version) from streams),
      (select max(version) from registry))::float8 as version`;
  return must(row, 'an aggregate').version;
}

/** When Postgres refuses a row, the backup is damaged. */
function refusal(error: unknown, name: string): unknown {
  if (!(error instanceof Error) || databaseFull(error) !== null) return error;
  const { code } = error as { readonly code?: unknown };
  if (typeof code !== 'string' || !/^(22|23)/.test(code)) return error;
  return new BadInputError(`${name} is damaged: ${error.message}`, { cause: error });
}

import { createHash } from 'node:crypto';
import type { TransactionSql } from 'postgres';
import { listMigrations, type Migration } from '../db/migrate.ts';
import { migrationLock } from '../db/migration-lock.ts';
import { refuseOthers } from '../db/refuse-others.ts';
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
  /** Whether what the store holds may go. */
  readonly replace?: boolean;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ReportCopied;
};

export type Restored = {
  /** What the store held before. */
  readonly replaced: Contents;
  readonly rows: number;
  /** How many migrations were made after it: those that the backup is older by. */
  readonly migrated: number;
};

/**
 * Makes the store what the backup says, or leaves it as it is. The store has today's schema already. BAD_INPUT when the
 * backup is damaged or newer, when the store holds something and `replace` is not said, or when other processes use it.
 */
export async function restoreBackup(
  place: Place,
  backup: Backup,
  { replace = false, signal, onProgress = () => {} }: RestoreOptions = {},
): Promise<Restored> {
  const migrations = splitMigrations(backup);
  try {
    const restored = await inOneTransaction(place, { name: 'larkstat restore', signal }, async (tx) => {
      // A process that starts meanwhile waits here, before it looks at anything.
      await tx`select pg_advisory_xact_lock(${migrationLock})`;
      await refuseOthers(tx, 'restore');
      const replaced = await contentsOf(tx);
      if (!replace && !isEmpty(replaced)) throw notEmpty(replaced);
      return { replaced, ...(await load(tx, backup, migrations, onProgress)) };
    });
    // Else the first who ask would have no statistics, and write every page again to mark its rows as committed.
    await place.db.sql.unsafe(`vacuum (analyze, truncate off) ${storeTables.join(', ')}`);
    return restored;
  } catch (error) {
    throw refusal(error, backup.name);
  }
}

type Migrations = { readonly before: readonly Migration[]; readonly after: readonly Migration[] };

/** Those that the backup had, and those that came after. */
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
    `The store holds ${describeContents(contents)}: nothing was changed. \`--replace\` removes all of that first`,
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
  // Migrations write a row here and there. Other tables than the backup's there are none.
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

/** The backup has each table of its schema with all columns, so that its names are known to be the store's own. */
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

/** Indexes are made when the rows are there: row by row the search index alone takes longer than all the rest. */
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
      `${backup.name} is damaged: ${table.name} has ${found?.rows} rows, ${table.rows} are named`,
    );
  }
  for (const { definition } of indexes) await tx.unsafe(definition);
}

/** The table's rows; fails at their end when they are not what the manifest names. */
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

/** A number is never given out twice: neither what the backup knows was, nor what this store did, is again. */
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

/** Past every version that the store ever had: kept answers are known by the version of what they show. */
async function nextVersion(tx: TransactionSql): Promise<number> {
  // Seconds, as versions seldom grow by more than one in each: a stream that is gone may have had any.
  const [row] = await tx<{ version: number }[]>`
    select greatest(extract(epoch from now())::bigint, (select max(version) from streams),
      (select max(version) from registry))::float8 as version`;
  return must(row, 'an aggregate').version;
}

/** What Postgres refuses of the rows is the backup's fault. */
function refusal(error: unknown, name: string): unknown {
  if (!(error instanceof Error) || databaseFull(error) !== null) return error;
  const { code } = error as { readonly code?: unknown };
  if (typeof code !== 'string' || !/^(22|23)/.test(code)) return error;
  return new BadInputError(`${name} is damaged: ${error.message}`, { cause: error });
}

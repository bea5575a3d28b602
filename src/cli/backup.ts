import { stat } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { describeContents, isEmpty } from '../backup/contents.ts';
import { openBackup } from '../backup/open.ts';
import { restoreBackup } from '../backup/restore.ts';
import { saveBackup } from '../backup/save.ts';
import { diskFull } from '../shared/disk-full.ts';
import { BadInputError } from '../shared/errors.ts';
import { count, countOf, durationOf, type Environment, type Output, print } from './output.ts';
import { withProgress } from './progress.ts';
import { stopped } from './stopped.ts';
import { withNewStore, withStore } from './with-store.ts';

/** Copies the store into a file, as of one moment. */
export async function backup(environment: Environment, path: string, output: Output): Promise<void> {
  const file = resolve(path);
  await refuseUnwritable(file);
  const began = performance.now();
  await withStore(environment, async (store) => {
    const { manifest, bytes } = await withProgress(output, '{value} rows', (report) =>
      saveBackup(store, file, {
        signal: stopped,
        onProgress: (rows, table) => report(rows, null, { message: `${count(rows)} rows, now of ${table}` }),
      }),
    ).catch((error: unknown) => {
      throw diskFull(error, dirname(file)) ?? error;
    });
    const rows = Object.fromEntries(manifest.tables.map((table) => [table.name, table.rows]));
    const seconds = secondsSince(began);
    const all = manifest.tables.reduce((sum, table) => sum + table.rows, 0);
    print(output, { file, takenAt: manifest.takenAt, rows: all, bytes, seconds, tables: rows }, [
      `Backed up ${countOf(all, 'row')}, ${count(rows.posts ?? 0)} of them posts, to ${file}: ${sizeOf(bytes)} in ${durationOf(seconds)}`,
    ]);
  });
}

/** Replaces the store's contents with a backup's. A failure changes nothing. */
export async function restore(
  environment: Environment,
  path: string,
  options: Output & { readonly replace?: boolean },
): Promise<void> {
  const began = performance.now();
  const opened = await openBackup(resolve(path), stopped);
  try {
    const { takenAt, tables } = opened.manifest;
    const total = tables.reduce((sum, table) => sum + table.rows, 0);
    await withNewStore(environment, async (store) => {
      const { replaced, rows, migrated } = await withProgress(options, '{value}/{total} rows', (report) =>
        restoreBackup(store, opened, {
          replace: options.replace ?? false,
          signal: stopped,
          onProgress: (done, table) => report(done, total, { message: table }),
        }),
      );
      const seconds = secondsSince(began);
      print(options, { takenAt, rows, seconds, migrations: migrated, replaced }, [
        ...(isEmpty(replaced) ? [] : [`Removed ${describeContents(replaced)}`]),
        `Restored ${countOf(rows, 'row')} as of ${takenAt} in ${durationOf(seconds)}`,
        ...(migrated === 0
          ? []
          : [`Then ran ${countOf(migrated, 'migration')}: an older version made the backup`]),
      ]);
    });
  } finally {
    await opened.close();
  }
}

/** Checks the file before the store is opened and copied. */
async function refuseUnwritable(file: string): Promise<void> {
  if ((await stat(file).catch(() => null))?.isDirectory()) {
    throw new BadInputError(`${file} is a folder: give the name of a file in it`);
  }
  const folder = await stat(dirname(file)).catch(() => null);
  if (!folder?.isDirectory()) throw new BadInputError(`There is no folder ${dirname(file)}`);
}

const secondsSince = (began: number): number => Math.round((performance.now() - began) / 10) / 100;

/** 1234567 as `1.2 MB`. */
const sizeOf = (bytes: number): string =>
  bytes < 1_000_000 ? `${Math.ceil(bytes / 1_000)} kB` : `${(bytes / 1_000_000).toFixed(1)} MB`;

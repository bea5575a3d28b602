import { randomBytes } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { rename, rm, stat } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import type { ExportRequest } from '../shared/export-request.ts';
import { type Exported, exportPosts } from '../export/export.ts';
import { diskFull } from '../shared/disk-full.ts';
import { BadInputError } from '../shared/errors.ts';
import { exportFiles, type ExportFormat, exportFormats } from '../shared/export-format.ts';
import { isNameOf } from '../shared/names.ts';
import { parseRange } from '../shared/range.ts';
import { formatBytes } from '../shared/bytes.ts';
import type { OpenStore } from '../store.ts';
import { getNamedStream } from './find-stream.ts';
import { countOf, type Environment, type Output, print } from './output.ts';
import { withProgress } from './progress.ts';
import { stopped } from './stopped.ts';
import { withStore } from './with-store.ts';

type ExportFlags = Output & {
  readonly format?: string;
  readonly out?: string;
  readonly from?: number;
  readonly to?: number;
  readonly pseudonymous?: boolean;
};

/** Writes the posts of an account or a topic to a file, or to standard output. */
export async function exportCommand(
  environment: Environment,
  name: string,
  flags: ExportFlags,
): Promise<void> {
  const file = flags.out === undefined ? null : resolve(flags.out);
  const format = parseFormat(flags.format, file);
  const range = parseRange({ from: dateOf(flags.from), to: dateOf(flags.to) });
  const request = { format, range, pseudonymous: flags.pseudonymous ?? false };
  if (file === null) {
    if (flags.json) throw new BadInputError('--json needs --out: the posts go to standard output');
    if (format === 'PARQUET' && process.stdout.isTTY) {
      throw new BadInputError('Parquet is not for a terminal: give --out FILE, or send it into a pipe');
    }
  }
  await withStore(environment, async (store) => {
    const { streamId, title } = await getNamedStream(store, name);
    if (file === null) return exportToPipe(store, { ...request, streamId });
    const exported = await exportToFile(store, { ...request, streamId }, { file, output: flags });
    print(flags, { file, format, stream: title, pseudonymous: request.pseudonymous, ...exported }, [
      `Exported ${countOf(exported.posts, 'post')} of ${title} to ${file}: ${formatBytes(exported.bytes)}`,
    ]);
  });
}

const dateOf = (ms: number | undefined): Date | null => (ms === undefined ? null : new Date(ms));

/** The format that was asked for, else the one of the file's ending. */
function parseFormat(asked: string | undefined, file: string | null): ExportFormat {
  const ending = /\.(\w+)$/.exec(file ?? '')?.[1];
  const format = (asked ?? ending)?.toUpperCase();
  if (isNameOf(exportFormats, format)) return format;
  const all = Object.values(exportFiles).map((known) => known.ending);
  throw new BadInputError(
    asked === undefined
      ? `Give the format: --format ${all.join('|')}, or --out with a file that ends in one of them`
      : `Unknown format: ${asked.slice(0, 40)}. There are ${all.join(', ')}`,
  );
}

/** Writes under another name, and renames the file when it is complete. Only this user can read it. */
async function exportToFile(
  { db }: OpenStore,
  request: ExportRequest,
  { file, output }: { readonly file: string; readonly output: Output },
): Promise<Exported> {
  const folder = dirname(file);
  const found = await stat(file).catch(() => null);
  if (found?.isDirectory()) throw new BadInputError(`${file} is a folder: give the name of a file`);
  if ((await stat(folder).catch(() => null)) === null) throw new BadInputError(`No such folder: ${folder}`);
  // A pipe or a device is written directly.
  const part = found === null || found.isFile() ? `${file}.${randomBytes(4).toString('hex')}.part` : null;
  const sink = createWriteStream(
    part ?? file,
    part === null ? {} : { flags: 'wx', mode: 0o600, flush: true },
  );
  try {
    const exported = await withProgress(output, '{value}/{total} posts', (report) =>
      exportPosts(db.sql, request, sink, {
        signal: stopped,
        onProgress: (posts, total) => report(posts, total, { message: 'Exporting', left: '' }),
      }),
    );
    if (part !== null) await rename(part, file);
    return exported;
  } catch (error) {
    sink.destroy();
    if (part !== null) await rm(part, { force: true });
    throw diskFull(error, folder) ?? error;
  }
}

/** A reader that stops early, such as `head`, is no failure. */
async function exportToPipe({ db }: OpenStore, request: ExportRequest): Promise<void> {
  try {
    await exportPosts(db.sql, request, process.stdout, { signal: stopped });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EPIPE') throw error;
  }
}

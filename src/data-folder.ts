import { constants } from 'node:fs';
import { access, lstat, mkdir, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Config } from './config.ts';
import { NotFoundError } from './shared/errors.ts';

type Place = Pick<Config, 'dataFolder' | 'database'>;

/** Explains why the system refused a path. */
const reasons: Readonly<Record<string, string>> = {
  EACCES: 'this user may not read and write it',
  EEXIST: 'it is not a folder',
  ELOOP: 'its links lead in a circle',
  ENAMETOOLONG: 'its name is too long',
  ENOENT: 'no folder can be made there',
  ENOTDIR: 'it is not a folder, or lies below a file',
  EPERM: 'this user may not read and write it',
  EROFS: 'its disk is read-only',
};

/** Postgres has buffers of 1,024 bytes for paths, and appends its own names. */
const longestPathBytes = 900;

/**
 * Creates the data folder if it is missing, for its owner only, since it has private posts; an existing one is left as
 * it is. When root starts the embedded Postgres, that runs as another account, which must be able to enter.
 */
export async function makeDataFolder(place: Place): Promise<void> {
  const { dataFolder, database } = place;
  const sharesIt = database.kind === 'embedded' && process.getuid?.() === 0;
  await inDataFolder(place, async () => {
    await requireUsable(place);
    await makeFolders(dataFolder, sharesIt ? 0o777 : 0o700);
    await access(dataFolder, mayAll);
  });
}

/** Throws when the data folder could never be used; a missing one is allowed. */
export const checkDataFolder = (place: Place): Promise<void> =>
  inDataFolder(place, () => requireUsable(place));

/** Throws NOT_FOUND when there is no embedded store yet; creates nothing. */
export async function requireStore(place: Place): Promise<void> {
  const { dataFolder, database } = place;
  const found = await inDataFolder(place, async () => {
    await requireUsable(place);
    if (database.kind === 'external') return true;
    if (!(await exists(join(database.folder, 'PG_VERSION')))) return false;
    await access(dataFolder, mayAll);
    return true;
  });
  if (found) return;
  throw new NotFoundError(
    `There is no store in LARKSTAT_DATA=${shorten(dataFolder)} yet: \`larkstat serve\` or \`larkstat import\` makes one`,
  );
}

/** Runs work on files of the data folder. A refusal by the system becomes one line that names the variable. */
export async function inDataFolder<T>({ dataFolder }: Place, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const { code, path } = error as NodeJS.ErrnoException;
    const reason = reasons[code ?? ''];
    if (reason === undefined || path === undefined || !isBeside(path, dataFolder)) throw error;
    throw unusable(path, reason, dataFolder, error);
  }
}

/** Not mkdir's `recursive`: in Node 20 it retries for ever where the system creates no folders, as in /proc. */
async function makeFolders(path: string, mode: number): Promise<void> {
  if (await exists(path)) return;
  if (dirname(path) !== path) await makeFolders(dirname(path), mode);
  await mkdir(path, { mode }).catch((error: NodeJS.ErrnoException) => {
    // Another process created it meanwhile.
    if (error.code !== 'EEXIST') throw error;
  });
}

const mayAll = constants.R_OK | constants.W_OK | constants.X_OK;

function unusable(path: string, reason: string, dataFolder: string, cause?: unknown): Error {
  const where = path === dataFolder ? '' : `${shorten(path)}: `;
  return new Error(`LARKSTAT_DATA=${shorten(dataFolder)} cannot be used: ${where}${reason}`, { cause });
}

const shorten = (path: string): string => {
  const line = path.replace(/\s+/g, ' ');
  return line.length > 120 ? `${line.slice(0, 119)}…` : line;
};

/** Throws for problems that neither mkdir nor Postgres would explain. */
async function requireUsable({ dataFolder, database }: Place): Promise<void> {
  const link = await lstat(dataFolder).catch(() => null);
  if (link?.isSymbolicLink() && !(await exists(dataFolder))) {
    throw unusable(dataFolder, 'it is a link to nothing', dataFolder);
  }
  if ((await exists(dataFolder)) && !(await stat(dataFolder)).isDirectory()) {
    throw unusable(dataFolder, 'it is not a folder', dataFolder);
  }
  if (database.kind === 'external') return;
  if (Buffer.byteLength(dataFolder) > longestPathBytes) {
    throw unusable(dataFolder, `Postgres takes paths of up to ${longestPathBytes} bytes`, dataFolder);
  }
  // pg_ctl passes the path to a shell in double quotes.
  if (/["$`\r\n]/.test(dataFolder)) {
    throw unusable(dataFolder, 'Postgres takes no path with ", $, ` or a line break in it', dataFolder);
  }
}

/** Whether the path is the folder, inside it, or above it. */
const isBeside = (path: string, folder: string): boolean =>
  path.startsWith(folder) || folder.startsWith(path);

/** Whether the file or folder exists; throws when that is unknown. */
async function exists(path: string): Promise<boolean> {
  try {
    await stat(path);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false;
    throw error;
  }
}

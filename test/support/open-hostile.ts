import { mkdtemp, readdir, readlink, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ArchiveHooks } from '../../src/providers/x-archive/archive-hooks.ts';
import { openArchive } from '../../src/providers/x-archive/provider.ts';
import { BadInputError } from '../../src/shared/errors.ts';
import { must } from '../../src/shared/errors.ts';
import { afterwards } from './afterwards.ts';

/** The result of opening an archive: its posts, or the message of its refusal. */
export type ArchiveAnswer = { readonly posts: number } | { readonly refused: string };

/** A folder for archives and their spools, removed after the file. */
export async function hostileFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'larkstat-hostile-'));
  afterwards(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

/** Opens a file as an import does and reads all posts; any failure except BAD_INPUT is thrown. */
export async function answerOf(
  folder: string,
  file: Buffer | string,
  hooks: ArchiveHooks = {},
): Promise<ArchiveAnswer> {
  const path = join(folder, 'given');
  await writeFile(path, file);
  return answerOfPath(folder, path, hooks);
}

/** Like `answerOf`, for a file that is already on the disk. */
export async function answerOfPath(
  folder: string,
  path: string,
  hooks: ArchiveHooks = {},
): Promise<ArchiveAnswer> {
  const spoolFolder = join(folder, 'spool');
  try {
    const archive = await openArchive({ path, handle: 'ada', spoolFolder, pageSize: 100 }, hooks);
    let posts = 0;
    for await (const page of archive.pages(null, hooks.signal))
      posts += page.posts.map((tweet) => archive.read(tweet)).length;
    return { posts };
  } catch (error) {
    if (!(error instanceof BadInputError)) throw error;
    return { refused: error.message };
  } finally {
    await rm(spoolFolder, { recursive: true, force: true });
  }
}

/** The message of an archive's refusal. */
export async function refusalOf(folder: string, file: Buffer | string): Promise<string> {
  const answer = await answerOf(folder, file);
  return must('refused' in answer ? answer.refused : null, `it was not refused: ${JSON.stringify(answer)}`);
}

/** Files in the folder that this process has open; empty when the system does not provide this. */
export async function openFilesIn(folder: string): Promise<readonly string[]> {
  const handles = await readdir('/proc/self/fd').catch(() => []);
  const paths = await Promise.all(
    handles.map((handle) => readlink(`/proc/self/fd/${handle}`).catch(() => '')),
  );
  return paths.filter((path) => path.startsWith(folder));
}

/** Bytes of all files in a folder; 0 when it does not exist. */
export async function bytesIn(folder: string): Promise<number> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  const sizes = entries.map(async (entry) =>
    entry.isFile() ? ((await stat(join(entry.parentPath, entry.name)).catch(() => null))?.size ?? 0) : 0,
  );
  return (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0);
}

import { readdir, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { fileOnDisk } from './file-source.ts';
import { BadInputError } from '../../shared/errors.ts';
import { isWanted } from './layout.ts';
import type { Source, SourceFile } from './source.ts';
import { refuseMany, type UnpackLimits } from './unpack-limits.ts';

/** Enough for an archive in a folder in a folder; `data/js/tweets` alone is three levels. */
const depthMax = 6;

type Walk = {
  readonly root: string;
  readonly limits: UnpackLimits;
  readonly signal: AbortSignal | undefined;
};

/** Opens an unpacked archive. Symbolic links are not followed: they could lead anywhere on this machine. */
export async function openFolder(
  path: string,
  { limits, signal }: { readonly limits: UnpackLimits; readonly signal: AbortSignal | undefined },
): Promise<Source> {
  const found: Found = { files: new Map(), count: 0 };
  await collect({ root: path, limits, signal }, '', 0, found);
  return {
    kind: 'folder',
    name: basename(path),
    files: [...found.files.values()],
    count: found.count,
    close: async () => {},
  };
}

type Found = { readonly files: Map<string, SourceFile>; count: number };

async function collect(walk: Walk, inside: string, depth: number, found: Found): Promise<void> {
  const { root, limits, signal } = walk;
  signal?.throwIfAborted();
  const entries = await readdir(join(root, inside), { withFileTypes: true }).catch(
    (cause: NodeJS.ErrnoException) => {
      throw new BadInputError(`${inside || basename(root)} cannot be read (${cause.code}).`, { cause });
    },
  );
  // The order of readdir differs between file systems; the pages must not.
  entries.sort((a, b) => (a.name < b.name ? -1 : 1));
  for (const entry of entries) {
    const relative = inside === '' ? entry.name : `${inside}/${entry.name}`;
    if (entry.isDirectory()) {
      const isMedia = /_media$|^__MACOSX$|^assets$|^node_modules$/.test(entry.name);
      if (depth < depthMax && !isMedia) await collect(walk, relative, depth + 1, found);
      continue;
    }
    if (!entry.isFile()) continue;
    found.count++;
    refuseMany(found.count, limits.membersMax, `files in ${basename(root)}`);
    const path = join(root, relative);
    const gzipped = entry.name.endsWith('.gz');
    if (!isWanted(gzipped ? relative.slice(0, -'.gz'.length) : relative)) continue;
    const { size } = await stat(path);
    const file = fileOnDisk({ path, shownAs: relative, size, gzipped, limits, signal });
    // Of tweets.js and tweets.js.gz only one is read: .js sorts first.
    if (!found.files.has(file.path)) found.files.set(file.path, file);
    refuseMany(found.files.size, limits.wantedMax, `files of tweets in ${basename(root)}`);
  }
}

import { readdir, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { fileOnDisk } from './file-source.ts';
import { BadInputError } from '../../shared/errors.ts';
import type { Source, SourceFile, UnpackLimits } from './source.ts';

/** Deep enough for an archive inside a folder inside a folder; `data/js/tweets` is three by itself. */
const depthMax = 6;

/** An unpacked archive. Links are not followed: they could lead anywhere on this machine. */
export async function openFolder(path: string, limits: UnpackLimits): Promise<Source> {
  const files = new Map<string, SourceFile>();
  await collect(path, '', 0, limits, files);
  return {
    kind: 'folder',
    name: basename(path),
    files: [...files.values()],
    count: files.size,
    close: async () => {},
  };
}

async function collect(
  root: string,
  inside: string,
  depth: number,
  limits: UnpackLimits,
  files: Map<string, SourceFile>,
): Promise<void> {
  const entries = await readdir(join(root, inside), { withFileTypes: true }).catch(
    (cause: NodeJS.ErrnoException) => {
      throw new BadInputError(`${inside || basename(root)} cannot be read (${cause.code}).`, { cause });
    },
  );
  // readdir's order differs between file systems; pages have to come out the same everywhere.
  entries.sort((a, b) => (a.name < b.name ? -1 : 1));
  for (const entry of entries) {
    const relative = inside === '' ? entry.name : `${inside}/${entry.name}`;
    if (entry.isDirectory()) {
      const isMedia = /_media$|^__MACOSX$|^assets$|^node_modules$/.test(entry.name);
      if (depth < depthMax && !isMedia) await collect(root, relative, depth + 1, limits, files);
      continue;
    }
    if (!entry.isFile() || !/\.js(?:\.gz)?$/.test(entry.name)) continue;
    const path = join(root, relative);
    const gzipped = entry.name.endsWith('.gz');
    const { size } = await stat(path);
    const file = fileOnDisk({ path, shownAs: relative, size, gzipped, limits });
    // tweets.js beside its own tweets.js.gz is one file, not two: .js sorts first.
    if (!files.has(file.path)) files.set(file.path, file);
  }
}

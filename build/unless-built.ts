import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The folder of package.json. */
export const root = fileURLToPath(new URL('..', import.meta.url));

/**
 * Builds, unless `stamp` says that the same sources were built already: so `npm start` and every test run can ask for it.
 * `without`: folders below the sources that do not count.
 */
export async function unlessBuilt(
  stamp: string,
  { sources, without = [] }: { readonly sources: readonly string[]; readonly without?: readonly string[] },
  build: () => Promise<void>,
): Promise<void> {
  const hash = createHash('sha256');
  for (const file of sources.flatMap((source) => listed(source, without)))
    hash
      .update(file)
      .update('\0')
      .update(readFileSync(join(root, file)))
      .update('\0');
  const now = hash.digest('hex');
  const file = join(root, stamp);
  if (existsSync(file) && readFileSync(file, 'utf8') === now) return;
  await build();
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, now);
}

/** A file, or the files below a folder. */
function listed(path: string, without: readonly string[]): string[] {
  if (without.includes(path) || !existsSync(join(root, path))) return [];
  try {
    const entries = readdirSync(join(root, path), { withFileTypes: true });
    return entries.flatMap((entry) => listed(`${path}/${entry.name}`, without)).sort();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOTDIR') return [path];
    throw error;
  }
}

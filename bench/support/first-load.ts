import { existsSync } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { root } from './build.ts';

/** An entry of the manifest that the build of the dashboard writes. */
type Chunk = {
  readonly file: string;
  readonly isEntry?: boolean;
  readonly imports?: readonly string[];
};

/** The scripts that load before any route: the entry with all that it imports at once, gzipped as the server sends it. */
export async function firstLoad(): Promise<{ readonly bytes: number; readonly files: number }> {
  const folder = join(root, 'dist/web');
  const manifest = JSON.parse(await readFile(join(folder, '.vite/manifest.json'), 'utf8')) as Record<
    string,
    Chunk
  >; // safe: the build has just made it
  const found = new Set<string>();
  const visit = (name: string): void => {
    const chunk = manifest[name];
    if (chunk === undefined || found.has(chunk.file)) return;
    found.add(chunk.file);
    chunk.imports?.forEach(visit);
  };
  for (const [name, chunk] of Object.entries(manifest)) if (chunk.isEntry) visit(name);
  const scripts = [...found].filter((file) => file.endsWith('.js'));
  const sizes = await Promise.all(
    scripts.map(async (file) => {
      // The build leaves a form out that is not smaller.
      const gzipped = join(folder, `${file}.gz`);
      return (await stat(existsSync(gzipped) ? gzipped : join(folder, file))).size;
    }),
  );
  return { bytes: sizes.reduce((sum, size) => sum + size, 0), files: scripts.length };
}

import { existsSync } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { root } from './build.ts';

/** An entry of the dashboard build's manifest. */
type Chunk = {
  readonly file: string;
  readonly isEntry?: boolean;
  readonly imports?: readonly string[];
};

/** The scripts that load before any route: the entry with its static imports, gzipped as the server sends them. */
export async function firstLoad(): Promise<{ readonly bytes: number; readonly files: number }> {
  const folder = join(root, 'dist/web');
  const manifest = JSON.parse(await readFile(join(folder, '.vite/manifest.json'), 'utf8')) as Record<
    string,
    Chunk
  >; // safe: the build has just written it
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
      // The build leaves out a copy that is not smaller.
      const gzipped = join(folder, `${file}.gz`);
      return (await stat(existsSync(gzipped) ? gzipped : join(folder, file))).size;
    }),
  );
  return { bytes: sizes.reduce((sum, size) => sum + size, 0), files: scripts.length };
}

import { fileURLToPath } from 'node:url';
import { bundle, processes } from '../../build/bundle.ts';
import { buildProgram } from '../../test/support/program.ts';
import { tell } from './finding.ts';

/** The repository's folder. */
export const root = fileURLToPath(new URL('../..', import.meta.url));

let built: Promise<void> | null = null;

/** Compiles what users run, once a run: what is measured must not go through tsx. */
export function build(): Promise<void> {
  if (built === null) {
    tell('npm run build');
    built = buildProgram();
  }
  return built;
}

/** What benches import, each by its place below `src`. */
type Place = (typeof places)[number] | keyof typeof ours;
const places = ['access/caller', 'app', 'http/server', 'jobs/uploads/folder', 'worker-process'] as const;
/** Files of ours that use the same packages as those do, which lie in the bundle. */
const ours = { 'nested-schema': 'bench/support/nested-schema.ts' } as const;

let bundled: Promise<unknown> | null = null;

/**
 * A module of the program as users run it: typed as its source. tsx names every function when it is made, which showed
 * in the profile of a dashboard.
 */
export async function importBuilt<Module>(place: Place): Promise<Module> {
  bundled ??= bundle('.bench', [...processes, ...places], ours);
  await bundled;
  return (await import(new URL(`../../.bench/${place}.js`, import.meta.url).href)) as Module;
}

import { fileURLToPath } from 'node:url';
import { bundle, processes } from '../../build/bundle.ts';
import { buildProgram } from '../../test/support/program.ts';
import { report } from './finding.ts';

/** The root of the repository. */
export const root = fileURLToPath(new URL('../..', import.meta.url));

let built: Promise<void> | null = null;

/** Compiles the program once a run: measured code must not go through tsx. */
export function build(): Promise<void> {
  if (built === null) {
    report('npm run build');
    built = buildProgram();
  }
  return built;
}

/** The modules that benches import, by their path below `src`. */
type Place = (typeof places)[number] | keyof typeof ours;
const places = ['access/caller', 'app', 'http/server', 'jobs/uploads/folder', 'worker-process'] as const;
/** Bench files that must share the bundle's packages. */
const ours = { 'nested-schema': 'bench/support/nested-schema.ts' } as const;

let bundled: Promise<unknown> | null = null;

/**
 * A module of the built program, typed as its source. tsx adds names to all functions at run time, which was visible in
 * the profile of a dashboard.
 */
export async function importBuilt<Module>(place: Place): Promise<Module> {
  bundled ??= bundle('.bench', [...processes, ...places], ours);
  await bundled;
  return (await import(new URL(`../../.bench/${place}.js`, import.meta.url).href)) as Module;
}

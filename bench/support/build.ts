import { fileURLToPath } from 'node:url';
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

/**
 * A module of the program as users run it, by its place below `src`: typed as its source, which the built one equals.
 * tsx names every function when it is made, which showed in the profile of a dashboard.
 */
export async function importBuilt<Module>(place: string): Promise<Module> {
  await build();
  return (await import(new URL(`../../dist/${place}.js`, import.meta.url).href)) as Module;
}

import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { tell } from './finding.ts';

/** The repository's folder. */
export const root = fileURLToPath(new URL('../..', import.meta.url));

let built: Promise<void> | null = null;

/** Compiles what users run, once a run: what is measured must not go through tsx. */
export function build(): Promise<void> {
  built ??= compile();
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

async function compile(): Promise<void> {
  tell('npm run build');
  try {
    await promisify(execFile)('npm', ['run', '-s', 'build'], { cwd: root });
  } catch (cause) {
    const { stdout } = cause as { readonly stdout?: string };
    throw new Error(`npm run build failed:\n${stdout ?? ''}`, { cause });
  }
}

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

async function compile(): Promise<void> {
  tell('npm run build');
  try {
    await promisify(execFile)('npm', ['run', '-s', 'build'], { cwd: root });
  } catch (cause) {
    const { stdout } = cause as { readonly stdout?: string };
    throw new Error(`npm run build failed:\n${stdout ?? ''}`, { cause });
  }
}

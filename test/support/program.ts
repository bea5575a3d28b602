import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

/** The folder of package.json. */
export const root = fileURLToPath(new URL('../..', import.meta.url));

// Tests and measurements run the built program: under tsx it starts more slowly and differs slightly.
const built = (file: string) => `${root}dist/${file}`;

/** Builds the program; called by the setup of a test run. */
export async function buildProgram(): Promise<void> {
  try {
    await promisify(execFile)('npm', ['run', '-s', 'build'], { cwd: root });
  } catch (cause) {
    const { stdout } = cause as { readonly stdout?: string };
    throw new Error(`npm run build failed:\n${stdout ?? ''}`, { cause });
  }
}

/** The command line, as an argument of Node. */
export const program = built('cli.js');
/** The job process, to be forked with an empty `execArgv`, since Vitest's flags must not be passed on. */
export const workerProgram = built('worker.js');

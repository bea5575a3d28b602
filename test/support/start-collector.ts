import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { afterwards } from './afterwards.ts';

const program = fileURLToPath(new URL('collector-process.ts', import.meta.url));

/**
 * Starts a collector in a separate process, which is killed after the test. `args`: those of `collector-process.ts`.
 */
export async function startCollector(...args: readonly string[]): Promise<ChildProcess> {
  const child = spawn(process.execPath, ['--import', 'tsx', program, ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  afterwards(async () => {
    if (child.exitCode === null && child.signalCode === null) {
      child.kill('SIGKILL');
      await once(child, 'exit');
    }
  });
  if (child.stdout === null) throw new Error('it has no output');
  await once(child.stdout, 'data');
  return child;
}

import { execFileSync } from 'node:child_process';
import { root } from './program.ts';

/** Writes the typed documents that components read; their tests need nothing else of the program. */
export default function setup(): void {
  execFileSync('npx', ['tsx', 'web/build.ts', '--documents'], { cwd: root, stdio: 'inherit' });
}

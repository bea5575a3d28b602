import { execFileSync } from 'node:child_process';
import { root } from './program.ts';

/** Writes the typed documents that components read; nothing else of the program is needed to test them. */
export default function setup(): void {
  execFileSync('npx', ['tsx', 'web/build.ts', '--documents'], { cwd: root, stdio: 'inherit' });
}

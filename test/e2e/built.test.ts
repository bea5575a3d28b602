import { execFile } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { program, root } from '../support/program.ts';

const dist = join(root, 'dist');

/** The built files that a file loads before it runs, with itself. */
function filesOf(file: string, seen = new Set<string>()): ReadonlySet<string> {
  if (seen.has(file)) return seen;
  seen.add(file);
  const text = readFileSync(join(dist, file), 'utf8');
  for (const [, from = ''] of text.matchAll(/^(?:import|export)\s[^;'"]*?(?:\bfrom\s+)?"\.\/([^"]+)";$/gm))
    filesOf(from, seen);
  return seen;
}

test.each(['worker.js', 'serve-', 'stats-'])('%s is read from few files', (name) => {
  const file = readdirSync(dist).find((one) => one.startsWith(name) && one.endsWith('.js')) ?? name;
  const { size } = filesOf(file);
  expect(size).toBeGreaterThan(5);
  expect(size).toBeLessThan(120);
});

test('stack traces name the lines of the sources when source maps are enabled', async () => {
  // Commander ends the process after it has shown the version.
  const exit =
    'const { exit } = process; process.exit = (code) => { console.error(new Error().stack); exit(code); };';
  const args = ['--enable-source-maps', '--import', `data:text/javascript,${encodeURIComponent(exit)}`];
  const { stderr } = await promisify(execFile)(process.execPath, [...args, program, '--version']);
  expect(stderr).toMatch(/src\/cli\.ts:\d+/);
});

test('the command is executable', async () => {
  const { stdout } = await promisify(execFile)(program, ['--version']);
  expect(stdout).toMatch(/^\d+\.\d+\.\d+$/m);
});

test('the licences of bundled packages are in the build', () => {
  const licences = readFileSync(join(dist, 'licences.txt'), 'utf8');
  expect(licences).toMatch(/^graphql 16\.\S+ \(MIT\)$/m);
  expect(licences).toContain('Permission is hereby granted');
});

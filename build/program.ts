import { chmodSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { bundle, processes } from './bundle.ts';
import { writeLicences } from './licences.ts';
import { root, unlessBuilt } from './unless-built.ts';

// Builds the program into `dist`. What is built of the same sources already is left as it is.

const licences = 'dist/licences.txt';

await unlessBuilt('dist/.built', { sources: ['src', 'build', 'package-lock.json'] }, async () => {
  const { inputs, outputs } = await bundle('dist', processes);
  // Also where the file was there before.
  chmodSync(join(root, 'dist/cli.js'), 0o755);
  writeLicences(inputs, join(root, licences));
  const kept = new Set(['dist/web', 'dist/http', licences, ...outputs]);
  // What an older build left.
  for (const folder of ['dist', 'dist/http'])
    for (const path of readdirSync(join(root, folder)).map((name) => `${folder}/${name}`))
      if (!kept.has(path)) rmSync(join(root, path), { recursive: true });
});

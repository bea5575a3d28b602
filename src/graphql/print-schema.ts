import { readFile, writeFile } from 'node:fs/promises';
import { lexicographicSortSchema, printSchema } from 'graphql';
import { schema } from '../schema.ts';
import { version } from '../version.ts';
import { releasedSchema, unannouncedBreaks } from './breaking-changes.ts';

/**
 * Writes the public contract to schema/schema.graphql. With --check, fails when the file differs from the code, or
 * when the schema breaks clients of the last release and the version does not announce it. With --release, also
 * writes the schema of the last release.
 */
const path = new URL('../../schema/schema.graphql', import.meta.url);
const releasedPath = new URL('../../schema/released.graphql', import.meta.url);
const printed = `${printSchema(lexicographicSortSchema(schema))}\n`;

function fail(message: string): never {
  process.stderr.write(`${message}\n`);
  process.exit(1);
}

if (process.argv.includes('--check')) {
  const stored = await readFile(path, 'utf8').catch(() => '');
  if (stored !== printed) {
    fail('schema/schema.graphql differs from the code: run `npm run schema` and review the change');
  }
  const breaks = unannouncedBreaks(await readFile(releasedPath, 'utf8'), schema, version);
  if (breaks.length > 0) {
    fail(
      `The schema breaks clients of the last release, and version ${version} does not announce it: raise it, or deprecate instead\n  ${breaks.join('\n  ')}`,
    );
  }
} else {
  await writeFile(path, printed);
  if (process.argv.includes('--release')) await writeFile(releasedPath, releasedSchema(version, printed));
}

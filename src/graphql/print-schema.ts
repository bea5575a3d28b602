import { readFile, writeFile } from 'node:fs/promises';
import { lexicographicSortSchema, printSchema } from 'graphql';
import { schema } from '../schema.ts';
import { version } from '../version.ts';
import { releasedSchema, unannouncedBreaks } from './breaking-changes.ts';

/**
 * Writes the public contract to schema/schema.graphql. With --check, fails where that is not what stands there, or when
 * it breaks clients of the last release and the version does not say so. With --release, it is the last release's.
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
    fail('schema/schema.graphql is not what the code says: run `npm run schema` and review the change');
  }
  const breaks = unannouncedBreaks(await readFile(releasedPath, 'utf8'), schema, version);
  if (breaks.length > 0) {
    fail(
      `Clients of the last release break, and version ${version} does not say so: raise it, or deprecate instead\n  ${breaks.join('\n  ')}`,
    );
  }
} else {
  await writeFile(path, printed);
  if (process.argv.includes('--release')) await writeFile(releasedPath, releasedSchema(version, printed));
}

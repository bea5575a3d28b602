import { readFile, writeFile } from 'node:fs/promises';
import { lexicographicSortSchema, printSchema } from 'graphql';
import { schema } from '../schema.ts';

/** Writes the public contract to schema/schema.graphql; with --check, fails where that is not what stands there. */
const path = new URL('../../schema/schema.graphql', import.meta.url);
const printed = `${printSchema(lexicographicSortSchema(schema))}\n`;
if (process.argv.includes('--check')) {
  const stored = await readFile(path, 'utf8').catch(() => '');
  if (stored !== printed) {
    process.stderr.write(
      'schema/schema.graphql is not what the code says: run `npm run schema` and review the change\n',
    );
    process.exit(1);
  }
} else await writeFile(path, printed);

import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);

/**
 * Reads the data of an npm package, synchronously and once. JSON imports would print a warning on every start of
 * Node 20 and could not wait until a language is first met.
 */
export const requireData = require as (id: string) => unknown;

/** As `requireData`, of a JSON file that is read for what is made of it: the file's own object is not kept besides. */
export const readData = (id: string): unknown => JSON.parse(readFileSync(require.resolve(id), 'utf8'));

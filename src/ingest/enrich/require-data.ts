import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);

/**
 * Loads the data of an npm package synchronously, once. A JSON import would print a warning on every start of Node 20,
 * and could not be lazy.
 */
export const requireData = require as (id: string) => unknown;

/**
 * Like `requireData`, for a JSON file whose content is transformed: the parsed object is not kept in the module cache.
 */
export const readData = (id: string): unknown => JSON.parse(readFileSync(require.resolve(id), 'utf8'));

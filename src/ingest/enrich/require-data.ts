import { createRequire } from 'node:module';

/**
 * Reads the data of an npm package, synchronously and once. JSON imports would print a warning on every start of
 * Node 20 and could not wait until a language is first met.
 */
export const requireData = createRequire(import.meta.url) as (id: string) => unknown;

import { createRequire } from 'node:module';

/** The version in package.json, which lies beside src and dist alike. */
export const version: string = (createRequire(import.meta.url)('../package.json') as { version: string })
  .version;

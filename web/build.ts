import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { root, unlessBuilt } from '../build/unless-built.ts';
import { compressTexts } from './compress.ts';
import { writeOperations } from './operations.ts';

// Builds the dashboard: typed documents in web/gql, then dist/web. A build of unchanged sources is skipped, so `npm
// start` and every test run can call it. `--documents`: only the typed documents.

/** Folders that are not sources of the build. */
const without = ['web/gql', 'web/docs'];

await unlessBuilt(
  'web/gql/.built',
  { sources: ['schema/schema.graphql', 'web/codegen.ts', 'web/src'], without },
  async () => run('graphql-codegen', '--config', 'web/codegen.ts'),
);
if (!process.argv.includes('--documents'))
  await unlessBuilt(
    'dist/web/.built',
    { sources: ['schema/schema.graphql', 'package-lock.json', 'web'], without },
    async () => {
      run('vite', 'build', '--config', 'web/vite.config.ts', '--logLevel', 'warn');
      writeOperations(join(root, 'dist/web/.operations/dashboard.json'), await import('./gql/graphql.ts'));
      return compressTexts(join(root, 'dist/web'));
    },
  );

function run(command: string, ...args: readonly string[]): void {
  // safe: the commands are binaries of packages that package.json pins
  execFileSync(join(root, 'node_modules/.bin', command), args, {
    cwd: root,
    stdio: ['ignore', 'inherit', 'inherit'],
    // Tests set NODE_ENV=test, which would make Vite bundle React's slow development code.
    env: { ...process.env, NODE_ENV: 'production' },
  });
}

import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { root, unlessBuilt } from '../build/unless-built.ts';
import { compressTexts } from './compress.ts';
import { writeOperations } from './operations.ts';

// Builds the dashboard: typed documents in web/gql, and with them dist/web. What is built of the same sources
// already is left as it is, so `npm start` and every test run can ask for it. `--documents`: the typed documents only.

/** Not what is built from. */
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
  // safe: the commands are those of the packages that package.json pins
  execFileSync(join(root, 'node_modules/.bin', command), args, {
    cwd: root,
    stdio: ['ignore', 'inherit', 'inherit'],
    // Tests say NODE_ENV=test, with which Vite would build React's slow code for developers.
    env: { ...process.env, NODE_ENV: 'production' },
  });
}

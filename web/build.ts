import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { compressTexts } from './compress.ts';
import { writeOperations } from './operations.ts';

// Builds the dashboard: typed documents in web/gql, and with them dist/web. What is built of the same sources
// already is left as it is, so `npm start` and every test run can ask for it. `--documents`: the typed documents only.

const root = fileURLToPath(new URL('..', import.meta.url));

await buildUnlessBuilt('web/gql/.built', ['schema/schema.graphql', 'web/codegen.ts', 'web/src'], async () =>
  run('graphql-codegen', '--config', 'web/codegen.ts'),
);
if (!process.argv.includes('--documents'))
  await buildUnlessBuilt(
    'dist/web/.built',
    ['schema/schema.graphql', 'package-lock.json', 'web'],
    async () => {
      run('vite', 'build', '--config', 'web/vite.config.ts', '--logLevel', 'warn');
      writeOperations(join(root, 'dist/web/.operations/dashboard.json'), await import('./gql/graphql.ts'));
      return compressTexts(join(root, 'dist/web'));
    },
  );

async function buildUnlessBuilt(
  stamp: string,
  sources: readonly string[],
  build: () => Promise<void>,
): Promise<void> {
  const hash = createHash('sha256');
  for (const source of sources) addFiles(hash, source);
  const now = hash.digest('hex');
  const file = join(root, stamp);
  if (existsSync(file) && readFileSync(file, 'utf8') === now) return;
  await build();
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, now);
}

function addFiles(hash: ReturnType<typeof createHash>, path: string): void {
  const entries = existsSync(join(root, path)) ? listed(path) : [];
  for (const file of entries)
    hash
      .update(file)
      .update('\0')
      .update(readFileSync(join(root, file)))
      .update('\0');
}

function listed(path: string): string[] {
  if (['web/gql', 'web/docs'].includes(path)) return [];
  try {
    const entries = readdirSync(join(root, path), { withFileTypes: true });
    return entries.flatMap((entry) => listed(`${path}/${entry.name}`)).sort();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOTDIR') return [path];
    throw error;
  }
}

function run(command: string, ...args: readonly string[]): void {
  // safe: the commands are those of the packages that package.json pins
  execFileSync(join(root, 'node_modules/.bin', command), args, {
    cwd: root,
    stdio: ['ignore', 'inherit', 'inherit'],
    // Tests say NODE_ENV=test, with which Vite would build React's slow code for developers.
    env: { ...process.env, NODE_ENV: 'production' },
  });
}

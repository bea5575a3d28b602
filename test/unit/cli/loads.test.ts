import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { root } from '../../support/program.ts';

/** The packages that a file loads when it is imported, directly and through its imports. */
function packagesOf(file: string): ReadonlySet<string> {
  const seen = new Set<string>();
  const packages = new Set<string>();
  const visit = (path: string): void => {
    if (seen.has(path)) return;
    seen.add(path);
    const text = readFileSync(path, 'utf8');
    for (const [, from = ''] of text.matchAll(
      /^(?:import|export)\s+(?!type\b)(?:[^;']*?\bfrom\s+)?'([^']+)'/gm,
    )) {
      if (from.startsWith('.')) visit(join(dirname(path), from));
      else if (!from.startsWith('node:')) packages.add(from);
    }
  };
  visit(join(root, file));
  return packages;
}

test('help, version and a usage error load almost no modules', () => {
  expect([...packagesOf('src/cli.ts')].sort()).toEqual([
    'commander',
    'drizzle-orm/errors',
    'temporal-polyfill',
  ]);
});

test.each(['alerts', 'jobs', 'keys', 'health', 'track', 'remove', 'providers'])(
  'what %s loads is neither the API nor object storage',
  (command) => {
    const packages = packagesOf(`src/cli/${command}.ts`);
    expect(packages).toContain('zod');
    for (const heavy of ['@pothos/core', 'graphql', 'graphql-yoga', 'bentocache', '@aws-sdk/client-s3'])
      expect(packages).not.toContain(heavy);
  },
);

test('asking a server for its health opens no store', () => {
  expect(packagesOf('src/cli/health.ts')).not.toContain('postgres');
  expect(packagesOf('src/cli/jobs.ts')).toContain('postgres');
});

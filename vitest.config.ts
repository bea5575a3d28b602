import react from '@vitejs/plugin-react';
import { defineConfig } from 'vitest/config';
import { patienceMs } from './test/support/patience.ts';

export default defineConfig({
  test: {
    maxWorkers: 2,
    projects: [
      {
        resolve: { alias: [{ find: /^graphql$/, replacement: 'graphql/index.js' }] },
        test: {
          name: 'server',
          include: ['test/**/*.test.ts'],
          exclude: ['test/unit/web/**'],
          globalSetup: ['test/support/cluster.ts'],
          server: {
            deps: { inline: [/graphql-yoga/, /@pothos/, /@graphql-tools/, /@envelop/, /graphql-jit/] },
          },
          // Longer than any one wait within: what did not come is told by the wait itself.
          testTimeout: 2 * patienceMs,
          hookTimeout: 2 * patienceMs,
          expect: { poll: { timeout: patienceMs } },
        },
      },
      {
        plugins: [react()],
        test: {
          name: 'web',
          include: ['test/unit/web/**/*.test.{ts,tsx}'],
          environment: 'happy-dom',
          globalSetup: ['test/support/documents.ts'],
          setupFiles: ['test/support/web.ts'],
          testTimeout: patienceMs,
          expect: { poll: { timeout: patienceMs } },
        },
      },
    ],
  },
});

import react from '@vitejs/plugin-react';
import { defineConfig, type TestProjectInlineConfiguration } from 'vitest/config';
import { patienceMs } from './test/support/patience.ts';

/** How many waits a test may have: each takes longer on a cluster, whose nodes share the machine. */
const waits = process.env.CITUS_URL === undefined ? 2 : 6;

/** What tests of the server share, with a database or without. */
const server: TestProjectInlineConfiguration['test'] = {
  server: { deps: { inline: [/graphql-yoga/, /@pothos/, /@graphql-tools/, /@envelop/, /graphql-jit/] } },
  // Longer than any one wait within: what did not come is told by the wait itself.
  testTimeout: waits * patienceMs,
  hookTimeout: waits * patienceMs,
  expect: { poll: { timeout: patienceMs } },
  // Tests that are `concurrent` wait for most of their time.
  maxConcurrency: 20,
  setupFiles: ['test/support/fresh-secrets.ts'],
};
/** The file that replaces a module of Node. */
const mocked = 'test/integration/jobs/disk-space.test.ts';
const resolve = { alias: [{ find: /^graphql$/, replacement: 'graphql/index.js' }] };

export default defineConfig({
  test: {
    // One more than the cores of the smallest machine: many files wait for processes that they start.
    maxWorkers: 3,
    projects: [
      {
        resolve,
        test: {
          ...server,
          name: 'unit',
          include: ['test/unit/**/*.test.ts'],
          exclude: ['test/unit/web/**'],
          // Modules are read once a worker, not once a file: a fifth of the time.
          isolate: false,
        },
      },
      {
        resolve,
        test: {
          ...server,
          name: 'db',
          include: ['test/{contract,hostile,faults,integration,e2e}/**/*.test.ts'],
          exclude: [mocked],
          globalSetup: ['test/support/cluster.ts'],
          setupFiles: ['test/support/fresh-secrets.ts', 'test/support/statements/every-statement.ts'],
          isolate: false,
          // Servers, browsers and brokers share two cores here. One that loses a race with the machine is tried once
          // more, and the report says so: `(retry x1)`. What is wrong fails twice.
          retry: 1,
        },
      },
      {
        resolve,
        test: {
          ...server,
          // Has modules of its own: another file may have read the one that it replaces.
          name: 'mocked',
          include: [mocked],
        },
      },
      {
        plugins: [react()],
        test: {
          name: 'web',
          include: ['test/unit/web/**/*.test.{ts,tsx}'],
          environment: 'happy-dom',
          // A window and React's modules for each file were three quarters of the time.
          isolate: false,
          globalSetup: ['test/support/documents.ts'],
          setupFiles: ['test/support/web.ts'],
          testTimeout: patienceMs,
          expect: { poll: { timeout: patienceMs } },
        },
      },
    ],
  },
});

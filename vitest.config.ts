import { defineConfig } from 'vitest/config';
import { patienceMs } from './test/support/patience.ts';

export default defineConfig({
  resolve: { alias: [{ find: /^graphql$/, replacement: 'graphql/index.js' }] },
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: ['test/support/cluster.ts'],
    server: { deps: { inline: [/graphql-yoga/, /@pothos/, /@graphql-tools/, /@envelop/, /graphql-jit/] } },
    // Longer than any one wait within: what did not come is told by the wait itself.
    testTimeout: 2 * patienceMs,
    hookTimeout: 2 * patienceMs,
    expect: { poll: { timeout: patienceMs } },
    maxWorkers: 2,
  },
});

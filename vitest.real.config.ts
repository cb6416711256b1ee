import { defineConfig } from 'vitest/config'

/** Suites that need real servers or tools of the machine: Elasticsearch, rsyslog, strace. `.ci/run` provides them. */
export default defineConfig({
  // As Node resolves it: a second copy (its ES modules) would not know the types of the first.
  resolve: { alias: [{ find: /^graphql$/, replacement: 'graphql/index.js' }] },
  test: {
    include: ['test/real/**/*.test.ts'],
    testTimeout: 300_000,
    hookTimeout: 600_000,
    pool: 'forks',
    maxWorkers: 1,
    fileParallelism: false,
  },
})

import { defineConfig } from 'vitest/config'

/** Suites that need real servers or tools of the machine: Elasticsearch, rsyslog, strace. `.ci/run` provides them. */
export default defineConfig({
  test: {
    include: ['test/real/**/*.test.ts'],
    testTimeout: 300_000,
    hookTimeout: 600_000,
    pool: 'forks',
    maxWorkers: 1,
    fileParallelism: false,
  },
})

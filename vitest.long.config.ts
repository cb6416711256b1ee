import { defineConfig } from 'vitest/config'

/** Suites that take half an hour. */
export default defineConfig({
  test: { include: ['test/long/**/*.test.ts'], testTimeout: 6 * 3_600_000, pool: 'forks', maxWorkers: 1 },
})

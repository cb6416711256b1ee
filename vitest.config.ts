import { defineConfig } from 'vitest/config'

/** Everything that needs no external server. Suites with real servers: vitest.real.config.ts. */
export default defineConfig({
  // As Node resolves it: a second copy (its ES modules) would not know the types of the first.
  resolve: { alias: [{ find: /^graphql$/, replacement: 'graphql/index.js' }] },
  test: {
    include: ['test/**/*.test.ts'],
    exclude: ['test/real/**', 'test/long/**', 'node_modules/**'],
    testTimeout: 240_000,
    hookTimeout: 240_000,
    pool: 'forks',
    maxWorkers: 2,
  },
})

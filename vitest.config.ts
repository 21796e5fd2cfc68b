import { availableParallelism } from 'node:os'
import { defineConfig } from 'vitest/config'

// Two projects: unit tests need nothing but Node; database tests run on a real PostgreSQL.
export default defineConfig({
  test: {
    // Vitest leaves one core idle unless told, which on two cores doubles the time. The cap keeps a big machine within
    // the connections that the test server takes.
    maxWorkers: Math.min(availableParallelism(), 8),
    projects: [
      {
        test: {
          name: 'unit',
          include: [
            'lib/**/*.test.ts',
            'app/**/*.test.{ts,tsx}',
            'docs/**/*.test.ts',
            'scripts/**/*.test.ts',
            'e2e/chaos/**/*.test.ts',
          ],
          exclude: ['**/*.db.test.ts', '**/node_modules/**'],
          // Some talk over real sockets; on a loaded machine that takes its time.
          testTimeout: 30_000,
        },
      },
      {
        test: {
          name: 'db',
          include: ['lib/**/*.db.test.ts', 'app/**/*.db.test.ts'],
          globalSetup: ['lib/db/testing/global-setup.ts'],
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
    ],
  },
})

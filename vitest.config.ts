import { availableParallelism } from 'node:os'
import { defineConfig } from 'vitest/config'

// Unit tests need nothing but Node; database tests run on a real PostgreSQL.
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
            'docs/**/*.test.ts',
            'scripts/**/*.test.ts',
            'e2e/chaos/**/*.test.ts',
          ],
          exclude: ['**/*.db.test.ts', '**/node_modules/**'],
          // Every module is loaded once for all files of a worker: half of the time went into loading.
          isolate: false,
          // Some talk over real sockets; on a loaded machine that takes its time.
          testTimeout: 30_000,
        },
      },
      {
        test: {
          // These put other modules in the place of some (`vi.mock`), so each file loads its own.
          name: 'unit-app',
          include: ['app/**/*.test.{ts,tsx}'],
          exclude: ['**/*.db.test.ts', '**/node_modules/**'],
          testTimeout: 30_000,
        },
      },
      {
        test: {
          name: 'db',
          // One more than there are cores: many of these tests wait for a moment, not for a processor.
          maxWorkers: Math.min(availableParallelism() + 1, 8),
          include: ['lib/**/*.db.test.ts', 'app/**/*.db.test.ts'],
          globalSetup: ['lib/db/testing/global-setup.ts'],
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
    ],
  },
})

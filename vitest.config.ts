import { globSync, readFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { defineConfig } from 'vitest/config'
import { BaseSequencer } from 'vitest/node'
import type { TestSpecification } from 'vitest/node'

const allTests = [
  '{app,lib,scripts}/**/*.test.{ts,tsx}',
  'docs/**/*.test.ts',
  'e2e/{chaos,cluster,image}/**/*.test.ts',
]
const databaseTests = ['{app,lib}/**/*.db.test.ts']
/** Put other modules in the place of some, so each of these files loads its own. */
const withMocks = globSync(allTests).filter((file) => readFileSync(file, 'utf8').includes('vi.mock('))
const isDatabaseTest = (file: string) => file.endsWith('.db.test.ts')
const notOurs = '**/node_modules/**'

/**
 * Some take half a minute and more, and what begins last runs alone in the end. The others mostly wait: while the build runs beside them,
 * that leaves no core idle.
 */
const slow = [
  ...['role-matrix', 'mail-delivery', 'decisions', 'embedded-postgres', 'life-model', 'silent-gateway'],
  ...['repeats', 'database-role', 'send-pay', 'standby', 'approve-many', 'demo-past'],
]

class SlowFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const placeOf = ({ moduleId }: TestSpecification) => {
      const place = slow.findIndex((name) => moduleId.endsWith(`/${name}.db.test.ts`))
      return place === -1 ? slow.length : place
    }
    return (await super.sort(files)).sort((a, b) => placeOf(a) - placeOf(b))
  }
}

/** On a loaded machine the second that Vitest waits by itself is short. */
const expect = { poll: { timeout: 20_000 } }
const unit = {
  expect,
  // Some talk over real sockets; on a loaded machine that takes its time.
  testTimeout: 30_000,
}
const database = {
  expect,
  // Three more than there are cores: many of these tests wait for a moment, not for a processor.
  maxWorkers: Math.min(availableParallelism() + 3, 8),
  globalSetup: ['lib/db/testing/global-setup.ts'],
  testTimeout: 60_000,
  hookTimeout: 60_000,
}
/**
 * Every module is loaded once for all files of a worker: half of the time went into loading. Node itself loads it, as it does in
 * production; only `vi.mock` needs Vite's loader.
 */
const together = { isolate: false, experimental: { viteModuleRunner: false, nodeLoader: false } }

// Unit tests need nothing but Node; database tests run on a real PostgreSQL.
export default defineConfig({
  test: {
    // Vitest leaves one core idle unless told, which on two cores doubles the time. One more than there are cores, because some tests
    // wait. The cap keeps a big machine within the connections that the test server takes.
    maxWorkers: Math.min(availableParallelism() + 1, 8),
    sequence: { sequencer: SlowFirst },
    projects: [
      {
        test: {
          ...unit,
          ...together,
          name: 'unit',
          include: allTests,
          exclude: [...databaseTests, ...withMocks, notOurs],
        },
      },
      {
        test: {
          ...unit,
          name: 'unit-mocks',
          include: withMocks.filter((file) => !isDatabaseTest(file)),
        },
      },
      {
        test: {
          ...database,
          ...together,
          name: 'db',
          include: databaseTests,
          exclude: [...withMocks, notOurs],
        },
      },
      { test: { ...database, name: 'db-mocks', include: withMocks.filter(isDatabaseTest) } },
    ],
  },
})

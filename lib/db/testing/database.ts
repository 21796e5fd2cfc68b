// What a database test asks for: `const database = await createTestDatabase()`, and `database.drop()` when done.
import { inject } from 'vitest'
import type {} from './global-setup.ts'
import { createDatabaseFrom } from './server.ts'
import type { TestDatabase } from './server.ts'

/** A migrated, empty database that nobody else uses. */
export async function createTestDatabase(): Promise<TestDatabase> {
  const { adminUrl, template } = inject('testServer')
  return createDatabaseFrom(adminUrl, template)
}

/** For tests that ask for more at once than the pool has connections, on a machine that runs other tests beside them. */
export const patient = { poolWaitMs: 20_000 }

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

/** A real database, the API's handlers on it over HTTP, and keys. The test file mocks the doors to the runtime (`vi.mock`) itself. */
import { randomUUID } from 'node:crypto'
import { apiScopes } from '#lib/payouts/permissions.ts'
import type { ApiScope } from '#lib/payouts/permissions.ts'
import { hashToken } from '#lib/services/payout/links.ts'
import { createTestPortal } from '#lib/services/testing/portal.ts'
import { serveApi } from './serve-api.ts'

export async function createApiWorld(config: Parameters<typeof createTestPortal>[0] = {}) {
  const portal = await createTestPortal(config)
  const served = await serveApi()
  return {
    portal,
    served,
    /** A key with these scopes; all of them, and no owner, unless said otherwise. */
    async makeKey(scopes: readonly ApiScope[] = apiScopes, ownerId: string | null = null): Promise<string> {
      const made = randomUUID()
      const draft = { id: randomUUID(), name: 'shop', keyHash: hashToken(made), ownerId, scopes }
      await portal.deps.keys.create(draft, { kind: 'operator', name: 'test' })
      return made
    },
    async close() {
      await served.close()
      await portal.close()
    },
  }
}
export type ApiWorld = Awaited<ReturnType<typeof createApiWorld>>

/** The endpoints that admins added, with their secrets opened: read once, for `npm run doctor`. */
import { createEndpointStore } from '#lib/db/endpoint/endpoint-store.ts'
import { createPrisma } from '#lib/db/engine/client.ts'
import type { EndpointConnection } from '#lib/services/ports.ts'
import { vaultOf } from './deps.ts'
import type { Env } from './env.ts'

export async function readEndpointConnections(
  databaseUrl: string,
  env: Pick<Env, 'authSecret' | 'dataKeys'>,
): Promise<EndpointConnection[]> {
  const prisma = createPrisma(databaseUrl, { poolSize: 2 })
  try {
    return await createEndpointStore(prisma, vaultOf(env)).connections()
  } finally {
    await prisma.$disconnect()
  }
}

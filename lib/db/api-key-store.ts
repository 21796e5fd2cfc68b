import type { ApiKey, PeopleStore } from '#lib/services/ports.ts'
import { writeAudit } from './audit.ts'
import type { PrismaClient } from './client.ts'

type ApiKeyStore = Pick<PeopleStore, 'createApiKey' | 'revokeApiKey' | 'useApiKey' | 'listApiKeys'>

const columns = {
  id: true,
  name: true,
  ownerId: true,
  createdAt: true,
  revokedAt: true,
  lastUsedAt: true,
} as const

/** Other systems' keys. Only a key's hash is stored. */
export function createApiKeyStore(prisma: PrismaClient): ApiKeyStore {
  return {
    async createApiKey(draft, actor) {
      await prisma.$transaction(async (tx) => {
        await tx.apiKey.create({ data: draft })
        await writeAudit(tx, 'api_key_created', actor, draft.id, { name: draft.name, ownerId: draft.ownerId })
      })
    },

    revokeApiKey(id, actor) {
      return prisma.$transaction(async (tx) => {
        const revoked = await tx.$executeRaw`
          UPDATE api_key SET revoked_at = now() WHERE id = ${id}::uuid AND revoked_at IS NULL`
        if (revoked === 1) await writeAudit(tx, 'api_key_revoked', actor, id, {})
        return revoked === 1
      })
    },

    async useApiKey(keyHash) {
      const key: ApiKey | null = await prisma.apiKey.findUnique({ where: { keyHash }, select: columns })
      if (!key || key.revokedAt !== null) return null
      // To the minute: a busy system must not cost a write per request, nor wait in line for one row.
      await prisma.$executeRaw`
        UPDATE api_key SET last_used_at = now()
        WHERE id = ${key.id}::uuid AND (last_used_at IS NULL OR last_used_at < now() - interval '1 minute')`
      return key
    },

    listApiKeys: () => prisma.apiKey.findMany({ select: columns, orderBy: { createdAt: 'asc' } }),
  }
}

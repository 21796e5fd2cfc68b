import { apiScopes } from '#lib/payouts/permissions.ts'
import type { Actor } from '#lib/payouts/permissions.ts'
import type { ApiKey, NewApiKey, PeopleStore } from '#lib/services/ports.ts'
import { keepAtOnce } from './at-once.ts'
import { writeAudit } from './audit.ts'
import type { PrismaClient, Transaction } from './client.ts'
import { fromNow } from './payout-changes.ts'

type ApiKeyStore = Pick<PeopleStore, 'createApiKey' | 'revokeApiKey' | 'useApiKey' | 'listApiKeys'>

const columns = {
  id: true,
  name: true,
  ownerId: true,
  createdAt: true,
  revokedAt: true,
  lastUsedAt: true,
  scopes: true,
  expiresAt: true,
  usableFrom: true,
} as const

/** Scopes that this version does not know give no right. */
const toKey = ({ scopes, ...row }: Omit<ApiKey, 'scopes'> & { scopes: string[] }): ApiKey => ({
  ...row,
  scopes: apiScopes.filter((scope) => scopes.includes(scope)),
})

/** The key itself, in the transaction of whoever may make it. `usable: false`: it waits for a second admin. */
export async function insertApiKey(
  tx: Transaction,
  draft: NewApiKey,
  actor: Actor,
  { usable }: { usable: boolean },
): Promise<void> {
  const { expiresInMs, scopes, ...row } = draft
  await tx.apiKey.create({
    data: { ...row, ...(scopes && { scopes: [...scopes] }), ...(!usable && { usableFrom: null }) },
  })
  if (expiresInMs != null)
    await tx.$executeRaw`UPDATE api_key SET expires_at = ${fromNow(expiresInMs)} WHERE id = ${draft.id}::uuid`
  const { name, ownerId } = draft
  await writeAudit(tx, 'api_key_created', actor, draft.id, { name, ownerId, scopes, usable })
}

/** Other systems' keys. Only a key's hash is stored. */
export function createApiKeyStore(prisma: PrismaClient): ApiKeyStore {
  return {
    async createApiKey(draft, actor) {
      await prisma.$transaction(async (tx) => {
        if (actor.kind === 'user') {
          const scopes = draft.scopes ?? apiScopes
          await keepAtOnce(tx, draft.id, { kind: 'key', scopes, owner: null, whose: draft.name }, actor)
        }
        await insertApiKey(tx, draft, actor, { usable: true })
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
      const [found] = await prisma.$queryRaw<{ id: string }[]>`
        SELECT id FROM api_key WHERE key_hash = ${keyHash} AND revoked_at IS NULL
          AND (expires_at IS NULL OR expires_at > now()) AND usable_from <= now()`
      if (!found) return null
      const key = toKey(await prisma.apiKey.findUniqueOrThrow({ where: { id: found.id }, select: columns }))
      // To the minute: a busy system must not cost a write per request, nor wait in line for one row.
      await prisma.$executeRaw`
        UPDATE api_key SET last_used_at = now()
        WHERE id = ${key.id}::uuid AND (last_used_at IS NULL OR last_used_at < now() - interval '1 minute')`
      return key
    },

    async listApiKeys() {
      const rows = await prisma.apiKey.findMany({ select: columns, orderBy: { createdAt: 'asc' } })
      return rows.map(toKey)
    },
  }
}

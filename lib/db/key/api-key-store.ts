/** API keys of other systems. */
import { apiScopes } from '#lib/payouts/permissions.ts'
import type { Actor } from '#lib/payouts/permissions.ts'
import type { ApiKey, ApiKeyStore, CallingKey, ExpiringKey, NewApiKey } from '#lib/services/ports.ts'
import { keepAtOnce } from '#lib/db/people/at-once.ts'
import { writeAudit } from '#lib/db/audit/audit.ts'
import type { Database, PrismaClient, Transaction } from '#lib/db/engine/client.ts'
import type { StoreHooks } from '#lib/db/engine/store-hooks.ts'
import { insertMails } from '#lib/db/message/mail-store.ts'
import { fromNow, openItem } from '#lib/db/payout/payout-changes.ts'
import type { Vault } from '#lib/db/seal/vault.ts'

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

type FoundKey = Omit<CallingKey, 'scopes'> & { scopes: string[]; ownerLeft: boolean }

/** Scopes that this version does not know give no right. */
const knownScopes = (scopes: readonly string[]) => apiScopes.filter((scope) => scopes.includes(scope))

const toKey = ({ scopes, ...row }: Omit<ApiKey, 'scopes'> & { scopes: string[] }): ApiKey => ({
  ...row,
  scopes: knownScopes(scopes),
})

/** Somebody who has left still calls, or their system does. Once a minute: a busy system must not fill the trail. */
async function noteRefused(prisma: PrismaClient, id: string): Promise<void> {
  await prisma.$transaction(async (tx) => {
    const first = await tx.$executeRaw`
      UPDATE api_key SET refused_at = now()
      WHERE id = ${id}::uuid AND (refused_at IS NULL OR refused_at < now() - interval '1 minute')`
    if (first === 1)
      await writeAudit(tx, 'api_key_refused', { kind: 'stranger' }, id, { why: 'Its owner is disabled.' })
  })
}

/** The key itself, in the transaction that makes it. `usable: false`: it waits for a second admin. */
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
  await writeAudit(tx, 'api_key_created', actor, draft.id, {
    name,
    ownerId,
    scopes: scopes ? [...scopes] : null,
    expiresInMs: expiresInMs ?? null,
    usable,
  })
}

/** Other systems' keys. Only a key's hash is stored. */
export function createApiKeyStore(prisma: Database, hooks: StoreHooks, vault: Vault): ApiKeyStore {
  return {
    async create(draft, actor) {
      await prisma.$transaction(async (tx) => {
        if (actor.kind === 'user') {
          const scopes = draft.scopes ?? apiScopes
          await keepAtOnce(tx, draft.id, { kind: 'key', scopes, owner: null, whose: draft.name }, actor)
        }
        await insertApiKey(tx, draft, actor, { usable: true })
      })
    },

    revoke(id, actor) {
      return prisma.$transaction(async (tx) => {
        const revoked = await tx.$executeRaw`
          UPDATE api_key SET revoked_at = now() WHERE id = ${id}::uuid AND revoked_at IS NULL`
        if (revoked === 1) await writeAudit(tx, 'api_key_revoked', actor, id, {})
        return revoked === 1
      })
    },

    async find(keyHash) {
      const [found] = await prisma.sql.query<FoundKey>(
        `SELECT k.id, k.name, k.owner_id AS "ownerId", k.scopes, o.disabled_at IS NOT NULL AS "ownerLeft",
          (extract(epoch FROM k.expires_at - now()) * 1000)::float8 AS "livesMs",
          (k.last_used_at IS NULL OR k.last_used_at < now() - interval '1 minute') AS "useIsNews"
        FROM api_key k LEFT JOIN app_user o ON o.id = k.owner_id
        WHERE k.key_hash = $1 AND k.revoked_at IS NULL
          AND (k.expires_at IS NULL OR k.expires_at > now()) AND k.usable_from <= now()`,
        [keyHash],
      )
      if (!found) return null
      const { ownerLeft, scopes, ...key } = found
      if (ownerLeft) {
        await noteRefused(prisma, key.id)
        return null
      }
      return { ...key, scopes: knownScopes(scopes) }
    },

    async noteUse(id) {
      // Several web servers may want to: one writes.
      await prisma.sql.query(
        `UPDATE api_key SET last_used_at = now()
        WHERE id = $1::uuid AND (last_used_at IS NULL OR last_used_at < now() - interval '1 minute')`,
        [id],
      )
    },

    remind: (withinMs, tell) =>
      prisma.$transaction(async (tx) => {
        await tx.$executeRaw`
          UPDATE open_item SET closed_at = now(), close_reason = 'The key is over.', open_key = NULL
          WHERE kind = 'key_expires' AND closed_at IS NULL AND EXISTS (
            SELECT 1 FROM api_key WHERE id::text = data ->> 'keyId' AND (revoked_at IS NOT NULL OR expires_at <= now()))`
        const due = await tx.$queryRaw<ExpiringKey[]>`
          UPDATE api_key k SET reminded_at = now()
          WHERE revoked_at IS NULL AND expires_at > now() AND expires_at <= ${fromNow(withinMs)} AND reminded_at IS NULL
          RETURNING id, name, expires_at AS "expiresAt",
            (SELECT email FROM app_user o WHERE o.id = k.owner_id AND o.disabled_at IS NULL) AS "ownerEmail"`
        for (const { mails, item } of due.map(tell)) {
          if (item) await openItem(tx, item, null)
          const mailIds = await insertMails(tx, mails, null, vault)
          if (mailIds.length > 0) await hooks.enqueueMail(tx, mailIds)
        }
        return due.length
      }),

    async list() {
      const rows = await prisma.apiKey.findMany({ select: columns, orderBy: { createdAt: 'asc' } })
      return rows.map(toKey)
    },
  }
}

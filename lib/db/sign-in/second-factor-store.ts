/** Secrets and codes of second factors: sealed or hashed, each code taken once. */
import type { AuditKind } from '#lib/services/ports.ts'
import type { Actor } from '#lib/payouts/permissions.ts'
import { writeAudit } from '#lib/db/audit/audit.ts'
import type { PrismaClient, Transaction } from '#lib/db/engine/client.ts'
import type { Vault } from '#lib/db/seal/vault.ts'

/** Where a user's secret is sealed for. */
export const secretPlace = (userId: string) => `app_user:${userId}`

export type SecondFactorStore = {
  /** Base32, and the last time step that was accepted; null without a second factor. */
  secretOf: (userId: string) => Promise<{ secret: string; lastStep: bigint | null; name: string } | null>
  /** True for the first who takes this step or a later one. `noted` goes into the audit trail in the same transaction; null: nothing does. */
  takeStep: (userId: string, step: bigint, noted: Noted | null) => Promise<boolean>
  /** True for the first who takes this code; as above. */
  takeRecoveryCode: (userId: string, codeHash: string, noted: Noted | null) => Promise<boolean>
  /** Records that a code was refused: the row itself is the act. */
  note: (userId: string, kind: AuditKind, data: Noted) => Promise<void>
}

/** What the code was for, and how that went. */
type Noted = Record<string, unknown>

export function createSecondFactorStore(prisma: PrismaClient, vault: Vault): SecondFactorStore {
  return {
    async secretOf(userId) {
      const row = await prisma.user.findUnique({
        where: { id: userId },
        select: { totpSecret: true, totpLastStep: true, name: true },
      })
      if (!row || row.totpSecret === null) return null
      const secret = vault.open(row.totpSecret, secretPlace(userId))
      return { secret, lastStep: row.totpLastStep, name: row.name }
    },

    takeStep: (userId, step, noted) =>
      prisma.$transaction(async (tx) => {
        const taken = await tx.$executeRaw`
          UPDATE app_user SET totp_last_step = ${step}
          WHERE id = ${userId}::uuid AND (totp_last_step IS NULL OR totp_last_step < ${step})`
        if (taken === 1 && noted) await note(tx, userId, 'factor_given', noted)
        return taken === 1
      }),

    takeRecoveryCode: (userId, codeHash, noted) =>
      prisma.$transaction(async (tx) => {
        const taken = await tx.$executeRaw`
          UPDATE recovery_code SET used_at = now() WHERE user_id = ${userId}::uuid AND code_hash = ${codeHash} AND used_at IS NULL`
        if (taken === 1 && noted) await note(tx, userId, 'factor_given', noted)
        return taken === 1
      }),

    note: (userId, kind, data) => note(prisma, userId, kind, data),
  }
}

async function note(
  db: PrismaClient | Transaction,
  userId: string,
  kind: AuditKind,
  data: Noted,
): Promise<void> {
  const user = await db.user.findUnique({
    where: { id: userId },
    select: { name: true, role: true, receiverId: true },
  })
  const actor: Actor = user ? { kind: 'user', id: userId, ...user } : { kind: 'stranger' }
  await writeAudit(db, kind, actor, userId, data)
}

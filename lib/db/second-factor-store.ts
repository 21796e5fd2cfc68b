/** Secrets and codes of second factors: sealed or hashed, each code taken once. */
import type { Actor } from '#lib/payouts/permissions.ts'
import { writeAudit } from './audit.ts'
import type { PrismaClient } from './client.ts'
import type { Vault } from './vault.ts'

/** Where a user's secret is sealed for. */
export const secretPlace = (userId: string) => `app_user:${userId}`

export type SecondFactorStore = {
  /** Base32, and the last time step that was accepted; null without a second factor. */
  secretOf: (userId: string) => Promise<{ secret: string; lastStep: bigint | null; name: string } | null>
  /** True for the first who takes this step or a later one. */
  takeStep: (userId: string, step: bigint) => Promise<boolean>
  /** True for the first who takes this code. */
  takeRecoveryCode: (userId: string, codeHash: string) => Promise<boolean>
  /** Keeps what a factor was asked for and how that went. */
  note: (userId: string, kind: string, data: Record<string, unknown>) => Promise<void>
}

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

    async takeStep(userId, step) {
      const taken = await prisma.$executeRaw`
        UPDATE app_user SET totp_last_step = ${step}
        WHERE id = ${userId}::uuid AND (totp_last_step IS NULL OR totp_last_step < ${step})`
      return taken === 1
    },

    async takeRecoveryCode(userId, codeHash) {
      const taken = await prisma.$executeRaw`
        UPDATE recovery_code SET used_at = now() WHERE user_id = ${userId}::uuid AND code_hash = ${codeHash} AND used_at IS NULL`
      return taken === 1
    },

    async note(userId, kind, data) {
      const user = await prisma.user.findUnique({
        where: { id: userId },
        select: { name: true, role: true, receiverId: true },
      })
      const actor: Actor = user ? { kind: 'user', id: userId, ...user } : { kind: 'stranger' }
      await writeAudit(prisma, kind, actor, userId, data)
    },
  }
}

/** The ways in: sign-in links, attempts that wait for a second factor, and new factors and passwords. The database's clock judges every expiry. */
import { writeAudit } from '#lib/db/audit/audit.ts'
import type { PrismaClient } from '#lib/db/engine/client.ts'
import type { StoreHooks } from '#lib/db/engine/store-hooks.ts'
import { Prisma } from '#lib/db/generated/client.ts'
import { insertMails } from '#lib/db/message/mail-store.ts'
import { fromNow } from '#lib/db/payout/payout-changes.ts'
import { keepRecoveryCodes, takeFactor } from '#lib/db/people/access-changes.ts'
import { keepAtOnce } from '#lib/db/people/at-once.ts'
import { endAccess, lockUserOf, toUser, userColumns } from '#lib/db/people/user-rows.ts'
import type { Vault } from '#lib/db/seal/vault.ts'
import type { Actor } from '#lib/payouts/permissions.ts'
import type { NewFactor, SignInStore } from '#lib/services/ports.ts'
import { secretPlace } from './second-factor-store.ts'

/** The place that an offered secret is sealed for. */
const offerPlace = (tokenHash: string) => `sign_in_attempt:${tokenHash}`

/** Somebody was quicker: rolls the transaction back. */
class TooLate extends Error {
  override readonly name = 'TooLate'
}

export function createSignInStore(prisma: PrismaClient, hooks: StoreHooks, vault: Vault): SignInStore {
  const findUser = async (id: string) => {
    const row = await prisma.user.findUnique({ where: { id }, select: userColumns })
    return row && toUser(row)
  }

  const adopt = async (
    tokenHash: string,
    factor: NewFactor,
    { replaces, keepSessionId }: { replaces: boolean; keepSessionId: string | null },
    actor: Actor,
  ): Promise<boolean> => {
    try {
      await prisma.$transaction(async (tx) => {
        await lockUserOf(tx, Prisma.sql`SELECT user_id FROM sign_in_attempt WHERE token_hash = ${tokenHash}`)
        const [attempt] = await tx.$queryRaw<{ userId: string; totpSecret: string | null }[]>`
          UPDATE sign_in_attempt SET used_at = now()
          WHERE token_hash = ${tokenHash} AND used_at IS NULL AND expires_at > now()
          RETURNING user_id AS "userId", totp_secret AS "totpSecret"`
        if (attempt?.totpSecret == null) throw new TooLate()
        const { userId } = attempt
        const sealed = vault.seal(vault.open(attempt.totpSecret, offerPlace(tokenHash)), secretPlace(userId))
        const taken = await tx.$executeRaw`
          UPDATE app_user SET totp_secret = ${sealed}, totp_last_step = ${factor.step}
          WHERE id = ${userId}::uuid AND disabled_at IS NULL AND (totp_secret IS NOT NULL) = ${replaces}`
        if (taken !== 1) throw new TooLate()
        await keepRecoveryCodes(tx, userId, factor.recoveryHashes)
        await endAccess(tx, userId, keepSessionId)
        await writeAudit(tx, replaces ? 'factor_replaced' : 'factor_set_up', actor, userId, {})
      })
      return true
    } catch (error) {
      if (error instanceof TooLate) return false
      throw error
    }
  }

  return {
    async createSignInLink({ tokenHash, userId, lifetimeMs, ip }, mail, actor) {
      await prisma.$transaction(async (tx) => {
        await tx.$executeRaw`
          INSERT INTO sign_in_link (token_hash, user_id, expires_at)
          VALUES (${tokenHash}, ${userId}::uuid, now() + ${lifetimeMs} * interval '1 millisecond')`
        await writeAudit(tx, 'sign_in_link_sent', actor, userId, { ip })
        const mailIds = await insertMails(tx, [mail], null, vault)
        if (mailIds.length > 0) await hooks.enqueueMail(tx, mailIds)
      })
    },

    async peekSignInLink(tokenHash) {
      const rows = await prisma.$queryRaw<{ userId: string }[]>`
        SELECT l.user_id AS "userId" FROM sign_in_link l JOIN app_user u ON u.id = l.user_id
        WHERE l.token_hash = ${tokenHash} AND l.used_at IS NULL AND l.expires_at > now() AND u.disabled_at IS NULL`
      return rows[0] ? findUser(rows[0].userId) : null
    },

    async useSignInLink(tokenHash) {
      // The row lock lets one caller through; the others find used_at set.
      const rows = await prisma.$queryRaw<{ userId: string }[]>`
        UPDATE sign_in_link l SET used_at = now() FROM app_user u
        WHERE l.token_hash = ${tokenHash} AND l.used_at IS NULL AND l.expires_at > now()
          AND u.id = l.user_id AND u.disabled_at IS NULL
        RETURNING l.user_id AS "userId"`
      return rows[0] ? findUser(rows[0].userId) : null
    },

    async startAttempt({ tokenHash, userId, lifetimeMs, offered }) {
      const sealed = offered === null ? null : vault.seal(offered, offerPlace(tokenHash))
      await prisma.$executeRaw`
        INSERT INTO sign_in_attempt (token_hash, user_id, expires_at, totp_secret)
        VALUES (${tokenHash}, ${userId}::uuid, ${fromNow(lifetimeMs)}, ${sealed})`
    },

    async findAttempt(tokenHash) {
      const [row] = await prisma.$queryRaw<{ userId: string; totpSecret: string | null }[]>`
        SELECT a.user_id AS "userId", a.totp_secret AS "totpSecret"
        FROM sign_in_attempt a JOIN app_user u ON u.id = a.user_id
        WHERE a.token_hash = ${tokenHash} AND a.used_at IS NULL AND a.expires_at > now() AND u.disabled_at IS NULL`
      if (!row) return null
      const user = await prisma.user.findUniqueOrThrow({ where: { id: row.userId }, select: userColumns })
      const offered = row.totpSecret === null ? null : vault.open(row.totpSecret, offerPlace(tokenHash))
      return { user: toUser(user), offered }
    },

    async countWrongCode(tokenHash) {
      const [row] = await prisma.$queryRaw<{ wrong: number }[]>`
        UPDATE sign_in_attempt SET wrong_codes = wrong_codes + 1,
          used_at = CASE WHEN wrong_codes >= 4 THEN coalesce(used_at, now()) ELSE used_at END
        WHERE token_hash = ${tokenHash} RETURNING wrong_codes AS wrong`
      return row?.wrong ?? 0
    },

    async useAttempt(tokenHash) {
      const used = await prisma.$executeRaw`
        UPDATE sign_in_attempt SET used_at = now()
        WHERE token_hash = ${tokenHash} AND used_at IS NULL AND expires_at > now()`
      return used === 1
    },

    setUpFactor: (tokenHash, factor, actor) =>
      adopt(tokenHash, factor, { replaces: false, keepSessionId: null }, actor),
    replaceFactor: (tokenHash, factor, keepSessionId, actor) =>
      adopt(tokenHash, factor, { replaces: true, keepSessionId }, actor),

    async renewRecoveryCodes(userId, hashes, actor) {
      await prisma.$transaction(async (tx) => {
        await keepRecoveryCodes(tx, userId, hashes)
        await writeAudit(tx, 'recovery_codes_renewed', actor, userId, {})
      })
    },

    recoveryCodesLeft: (userId) => prisma.recoveryCode.count({ where: { userId, usedAt: null } }),

    async resetFactor(userId, actor) {
      await prisma.$transaction(async (tx) => {
        if (actor.kind === 'user')
          await keepAtOnce(tx, userId, { kind: 'reset_factor', whose: userId }, actor)
        await takeFactor(tx, userId, actor)
      })
    },

    async changePassword(userId, passwordHash, keepSessionId, actor) {
      await prisma.$transaction(async (tx) => {
        await tx.user.update({ where: { id: userId }, data: { passwordHash } })
        await endAccess(tx, userId, keepSessionId)
        await writeAudit(tx, 'password_changed', actor, userId, {})
      })
    },
  }
}

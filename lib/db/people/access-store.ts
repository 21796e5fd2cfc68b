/** Ways in that take more than one step, second factors, invitations, and what admins change about people. */
import { writeAudit } from '#lib/db/audit/audit.ts'
import type { PrismaClient, Transaction } from '#lib/db/engine/client.ts'
import type { StoreHooks } from '#lib/db/engine/store-hooks.ts'
import { Prisma } from '#lib/db/generated/client.ts'
import { fromNow } from '#lib/db/payout/payout-changes.ts'
import type { Vault } from '#lib/db/seal/vault.ts'
import { secretPlace } from '#lib/db/sign-in/second-factor-store.ts'
import type { Actor } from '#lib/payouts/permissions.ts'
import type { AccessStore, NewFactor, PersonRow, Session } from '#lib/services/ports.ts'
import { createProposalStore, giveRole, joinPerson, keepRecoveryCodes, takeFactor } from './access-changes.ts'
import { keepAtOnce } from './at-once.ts'
import { endAccess, endSessions, toUser, userColumns } from './user-rows.ts'
import type { UserRow } from './user-rows.ts'

/** Where a secret that is only offered is sealed for. */
const offerPlace = (tokenHash: string) => `sign_in_attempt:${tokenHash}`

export function createAccessStore(prisma: PrismaClient, hooks: StoreHooks, vault: Vault): AccessStore {
  return {
    ...createFactorStore(prisma, vault),
    ...createOwnSessionStore(prisma),
    ...createInvitationStore(prisma),
    ...createProposalStore(prisma, hooks, vault),

    async listPeople() {
      const rows = await prisma.$queryRaw<(UserRow & Omit<PersonRow, keyof UserRow>)[]>`
        SELECT u.id, u.email, u.name, u.role::text AS role, u.receiver_id AS "receiverId", u.person_id AS "personId",
               u.disabled_at AS "disabledAt", u.password_hash AS "passwordHash", u.totp_secret AS "totpSecret",
               (SELECT max(last_seen_at) FROM session WHERE user_id = u.id) AS "lastSeenAt",
               (SELECT count(*) FROM session WHERE user_id = u.id AND ended_at IS NULL AND expires_at > now())::int AS "openSessions",
               (SELECT max(expires_at) FROM invitation WHERE user_id = u.id AND used_at IS NULL AND expires_at > now()) AS "invitedUntil"
        FROM app_user u ORDER BY u.disabled_at IS NOT NULL, u.role, u.email`
      return rows.map(({ lastSeenAt, openSessions, invitedUntil, ...row }) => ({
        ...toUser(row),
        lastSeenAt,
        openSessions,
        invitedUntil,
      }))
    },

    changeRole: (userId, role, reason, actor) =>
      prisma.$transaction(async (tx) => {
        if (actor.kind === 'user') await keepAtOnce(tx, userId, { kind: 'role', role, whose: userId }, actor)
        return giveRole(tx, userId, role, reason, actor)
      }),

    setPerson: (userId, sameAs, reason, actor) =>
      prisma.$transaction(async (tx) => {
        if (actor.kind === 'user')
          await keepAtOnce(tx, userId, { kind: 'person', sameAs, sameAsName: null, whose: userId }, actor)
        return joinPerson(tx, userId, sameAs, reason, actor)
      }),
  }
}

type FactorStore = Pick<
  AccessStore,
  | 'startAttempt'
  | 'findAttempt'
  | 'countWrongCode'
  | 'useAttempt'
  | 'setUpFactor'
  | 'replaceFactor'
  | 'renewRecoveryCodes'
  | 'recoveryCodesLeft'
  | 'resetFactor'
  | 'changePassword'
>

/** Nothing of the transaction may stay: somebody was quicker. */
class TooLate extends Error {
  override readonly name = 'TooLate'
}

function createFactorStore(prisma: PrismaClient, vault: Vault): FactorStore {
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

/**
 * The person first, as every writer takes him, then what lets him in: two who change the same account at once wait for each other, and
 * whoever waited finds it used.
 */
async function lockUserOf(tx: Transaction, userId: Prisma.Sql): Promise<void> {
  await tx.$queryRaw`SELECT FROM app_user WHERE id = (${userId}) FOR NO KEY UPDATE`
}

type OwnSessionStore = Pick<AccessStore, 'sessionsOf' | 'endSessionOf' | 'endSessionsOf'>

function createOwnSessionStore(prisma: PrismaClient): OwnSessionStore {
  return {
    sessionsOf: (userId, idleMs) => prisma.$queryRaw<Session[]>`
      SELECT id, user_id AS "userId", created_at AS "createdAt", last_seen_at AS "lastSeenAt", expires_at AS "expiresAt",
             ip, user_agent AS "userAgent"
      FROM session
      WHERE user_id = ${userId}::uuid AND ended_at IS NULL AND expires_at > now()
        AND last_seen_at > now() - ${idleMs} * interval '1 millisecond'
      ORDER BY last_seen_at DESC, id`,

    endSessionOf: (userId, sessionId, actor) =>
      prisma.$transaction(async (tx) => {
        const ended = await tx.$executeRaw`
          UPDATE session SET ended_at = now()
          WHERE id = ${sessionId}::uuid AND user_id = ${userId}::uuid AND ended_at IS NULL`
        if (ended === 1) await writeAudit(tx, 'session_ended', actor, userId, { sessionId })
        return ended === 1
      }),

    endSessionsOf: (userId, keepSessionId, actor) =>
      prisma.$transaction(async (tx) => {
        const ended = await endSessions(tx, userId, keepSessionId)
        await writeAudit(tx, 'sessions_ended', actor, userId, { ended })
        return ended
      }),
  }
}

type InvitationStore = Pick<AccessStore, 'invite' | 'findInvitation' | 'acceptInvitation'>

function createInvitationStore(prisma: PrismaClient): InvitationStore {
  return {
    async invite({ tokenHash, userId, lifetimeMs, invitedByName, act }, actor) {
      await prisma.$transaction(async (tx) => {
        if (act && actor.kind === 'user') await keepAtOnce(tx, userId, act, actor)
        await tx.$executeRaw`UPDATE invitation SET used_at = now() WHERE user_id = ${userId}::uuid AND used_at IS NULL`
        await tx.$executeRaw`
          INSERT INTO invitation (token_hash, user_id, invited_by_name, expires_at)
          VALUES (${tokenHash}, ${userId}::uuid, ${invitedByName}, ${fromNow(lifetimeMs)})`
        await writeAudit(tx, 'invited', actor, userId, {})
      })
    },

    async findInvitation(tokenHash) {
      const [row] = await prisma.$queryRaw<{ userId: string; invitedByName: string }[]>`
        SELECT i.user_id AS "userId", i.invited_by_name AS "invitedByName"
        FROM invitation i JOIN app_user u ON u.id = i.user_id
        WHERE i.token_hash = ${tokenHash} AND i.used_at IS NULL AND i.expires_at > now() AND u.disabled_at IS NULL`
      if (!row) return null
      const user = await prisma.user.findUniqueOrThrow({ where: { id: row.userId }, select: userColumns })
      return { user: toUser(user), invitedByName: row.invitedByName }
    },

    acceptInvitation: (tokenHash, passwordHash) =>
      prisma.$transaction(async (tx) => {
        await lockUserOf(tx, Prisma.sql`SELECT user_id FROM invitation WHERE token_hash = ${tokenHash}`)
        const [row] = await tx.$queryRaw<{ userId: string }[]>`
          UPDATE invitation i SET used_at = now() FROM app_user u
          WHERE i.token_hash = ${tokenHash} AND i.used_at IS NULL AND i.expires_at > now()
            AND u.id = i.user_id AND u.disabled_at IS NULL
          RETURNING i.user_id AS "userId"`
        if (!row) return null
        const user = await tx.user.update({
          where: { id: row.userId },
          data: { passwordHash },
          select: userColumns,
        })
        await endAccess(tx, user.id)
        const { id, name, role, receiverId } = user
        const actor: Actor = { kind: 'user', id, name, role, receiverId }
        await writeAudit(tx, 'invitation_accepted', actor, id, {})
        return toUser(user)
      }),
  }
}

/** Who may do what: invitations, roles, and what admins propose and decide about people. */
import { writeAudit } from '#lib/db/audit/audit.ts'
import type { PrismaClient } from '#lib/db/engine/client.ts'
import type { StoreHooks } from '#lib/db/engine/store-hooks.ts'
import { Prisma } from '#lib/db/generated/client.ts'
import { fromNow } from '#lib/db/payout/payout-changes.ts'
import type { Vault } from '#lib/db/seal/vault.ts'
import type { Actor } from '#lib/payouts/permissions.ts'
import type { AccessStore, PersonRow } from '#lib/services/ports.ts'
import { createProposalStore, giveRole, joinPerson } from './access-changes.ts'
import { keepAtOnce } from './at-once.ts'
import { endAccess, lockUserOf, toUser, userColumns } from './user-rows.ts'
import type { UserRow } from './user-rows.ts'

export function createAccessStore(prisma: PrismaClient, hooks: StoreHooks, vault: Vault): AccessStore {
  return {
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

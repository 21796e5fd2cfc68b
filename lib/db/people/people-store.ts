/** Accounts, and the receivers behind them. */
import { randomUUID } from 'node:crypto'
import { voidAllOf } from '#lib/db/approval/approval-store.ts'
import { writeAudit } from '#lib/db/audit/audit.ts'
import { isRefusedWith } from '#lib/db/engine/away.ts'
import type { PrismaClient, Transaction } from '#lib/db/engine/client.ts'
import type { StoreHooks } from '#lib/db/engine/store-hooks.ts'
import { Prisma } from '#lib/db/generated/client.ts'
import { insertMails, phrasePlace, rhythmOf } from '#lib/db/message/mail-store.ts'
import type { Vault } from '#lib/db/seal/vault.ts'
import { secretPlace } from '#lib/db/sign-in/second-factor-store.ts'
import type { Actor } from '#lib/payouts/permissions.ts'
import type { PeopleStore, User } from '#lib/services/ports.ts'
import { keepAtOnce } from './at-once.ts'
import { endAccess, toUser, userColumns } from './user-rows.ts'
import { voidReasons } from '#lib/payouts/void-reasons.ts'

/** PostgreSQL's unique_violation. */
const uniqueViolation = '23505'

export function createPeopleStore(prisma: PrismaClient, hooks: StoreHooks, vault: Vault): PeopleStore {
  const findUser = async (id: string) => {
    const row = await prisma.user.findUnique({ where: { id }, select: userColumns })
    return row && toUser(row)
  }

  return {
    findUser,

    async createUser(draft, actor) {
      try {
        return await prisma.$transaction(async (tx) => {
          const { email, name, role } = draft
          if (actor.kind === 'user')
            await keepAtOnce(tx, draft.id, { kind: 'invite', whose: email, email, name, role }, actor)
          return insertUser(tx, vault, draft, actor)
        })
      } catch (error) {
        // Somebody was quicker, perhaps by milliseconds: the unique index decides.
        if (error instanceof Prisma.PrismaClientKnownRequestError && error.code === 'P2002')
          return 'email_taken'
        throw error
      }
    },

    async findUserByEmail(email) {
      const row = await prisma.user.findUnique({ where: { email }, select: userColumns })
      return row && { ...toUser(row), passwordHash: row.passwordHash }
    },

    async listUsers() {
      const rows = await prisma.user.findMany({ select: userColumns, orderBy: { email: 'asc' } })
      return rows.map(toUser)
    },

    async enabledAmong(emails) {
      const where = { email: { in: [...emails] }, disabledAt: null }
      const rows = await prisma.user.findMany({ where, select: { email: true }, orderBy: { email: 'asc' } })
      return rows.map(({ email }) => email)
    },

    findReceiver: (id) => prisma.receiver.findUnique({ where: { id }, omit: { createdAt: true } }),

    async chooseLanguage(userId, locale) {
      await prisma.$executeRaw`
        WITH account AS (SELECT id, receiver_id FROM app_user WHERE id = ${userId}::uuid),
        staff AS (
          UPDATE app_user SET locale = ${locale}::locale FROM account
          WHERE app_user.id = account.id AND account.receiver_id IS NULL AND app_user.locale IS DISTINCT FROM ${locale}::locale)
        UPDATE receiver SET locale = ${locale}::locale FROM account
        WHERE receiver.id = account.receiver_id AND receiver.locale IS DISTINCT FROM ${locale}::locale`
    },

    async phraseOf(userId) {
      const user = await prisma.user.findFirst({
        where: { id: userId, role: 'receiver', disabledAt: null },
        select: { phrase: true },
      })
      return user?.phrase ? vault.open(user.phrase, phrasePlace(userId)) : null
    },

    async choosePhrase(phrase, actor) {
      const sealed = phrase === null ? null : vault.seal(phrase, phrasePlace(actor.id))
      await prisma.$transaction(async (tx) => {
        await tx.user.update({ where: { id: actor.id, role: 'receiver' }, data: { phrase: sealed } })
        // Never the phrase itself: staff read the audit trail.
        await writeAudit(tx, phrase === null ? 'phrase_removed' : 'phrase_chosen', actor, actor.id, {})
      })
    },

    async mailRhythm(userId) {
      const select = { mailPace: true, quietFrom: true, quietUntil: true, mailZone: true } as const
      return rhythmOf(await prisma.user.findUniqueOrThrow({ where: { id: userId }, select }))
    },

    async chooseMailRhythm(userId, { pace, quiet, zone }) {
      await prisma.$transaction(async (tx) => {
        const data = {
          mailPace: pace,
          quietFrom: quiet?.from ?? null,
          quietUntil: quiet?.until ?? null,
          mailZone: zone,
        }
        await tx.user.update({ where: { id: userId }, data })
        await tx.$executeRaw`UPDATE mail_digest SET due_at = now() WHERE user_id = ${userId}::uuid`
      })
    },

    async setPassword(userId, passwordHash, actor) {
      await prisma.$transaction(async (tx) => {
        await tx.user.update({ where: { id: userId }, data: { passwordHash } })
        await endAccess(tx, userId)
        await writeAudit(tx, 'password_set', actor, userId, {})
      })
    },

    async changeReceiver(was, to, actor, reason, mails) {
      return prisma.$transaction(async (tx) => {
        const { id, externalId, email, firstName, lastName } = was
        const before = { email, firstName, lastName }
        if (to.email !== was.email && (await tx.user.count({ where: { receiverId: id } })) > 0)
          return 'has_account' as const
        const changed = await tx.receiver.updateMany({ where: { id, ...before }, data: to })
        if (changed.count === 0) return 'stale' as const
        await tx.receiverChange.create({
          data: {
            id: randomUUID(),
            receiverId: id,
            changedById: actor.kind === 'user' ? actor.id : null,
            emailChanged: to.email !== was.email,
          },
        })
        await writeAudit(tx, 'receiver_changed', actor, id, { externalId, from: before, to, reason })
        const mailIds = await insertMails(tx, mails, null, vault)
        if (mailIds.length > 0) await hooks.enqueueMail(tx, mailIds)
        return { ...was, ...to }
      })
    },

    async changeEmail(userId, email, actor, mails) {
      try {
        return await prisma.$transaction(async (tx) => {
          const before = await tx.user.findUniqueOrThrow({
            where: { id: userId },
            select: { ...userColumns, locale: true, receiver: { select: { locale: true } } },
          })
          const [changed] = await tx.$queryRaw<{ at: Date }[]>`
            UPDATE app_user SET email = ${email}, contact_changed_at = now() WHERE id = ${userId}::uuid
            RETURNING contact_changed_at AS at`
          if (!changed) throw new Error(`Bug: user ${userId} vanished`)
          // Other systems may know the receiver by another address; their records stay as they are.
          if (before.receiverId !== null)
            await tx.receiver.updateMany({
              where: { id: before.receiverId, email: before.email },
              data: { email },
            })
          await endAccess(tx, userId)
          await writeAudit(tx, 'email_changed', actor, userId, { from: before.email, to: email })
          const mailIds = await insertMails(
            tx,
            mails(changed.at, before.locale ?? before.receiver?.locale ?? null),
            null,
            vault,
          )
          if (mailIds.length > 0) await hooks.enqueueMail(tx, mailIds)
          return 'changed' as const
        })
      } catch (error) {
        if (isRefusedWith(error, uniqueViolation)) return 'email_taken'
        throw error
      }
    },

    async disableUser(userId, actor) {
      await prisma.$transaction(async (tx) => {
        await tx.$executeRaw`
          UPDATE app_user SET disabled_at = coalesce(disabled_at, now()) WHERE id = ${userId}::uuid`
        await endAccess(tx, userId)
        const payouts = await voidAllOf(tx, userId, voidReasons.disabled)
        await writeAudit(tx, 'user_disabled', actor, userId, { approvalsVoided: payouts })
      })
    },

    audit: (kind, actor, subject, data) => writeAudit(prisma, kind, actor, subject, data),
  }
}

/** The account itself, in the transaction that makes it. */
export async function insertUser(
  tx: Transaction,
  vault: Vault,
  draft: Parameters<PeopleStore['createUser']>[0],
  actor: Actor,
): Promise<User> {
  const { receiverExternalId, totpSecret, ...user } = draft
  const receiverId = draft.role === 'receiver' ? await ensureReceiver(tx, draft, receiverExternalId) : null
  const sealed = totpSecret === null ? null : vault.seal(totpSecret, secretPlace(draft.id))
  const row = await tx.user.create({
    data: { ...user, receiverId, totpSecret: sealed },
    select: userColumns,
  })
  await writeAudit(tx, 'user_created', actor, row.id, { email: row.email, role: row.role })
  return toUser(row)
}

/** The record of a new receiver; one that API payouts already made is used as it is. */
async function ensureReceiver(
  tx: Transaction,
  person: { email: string; name: string },
  externalId = person.email,
): Promise<string> {
  const [firstName, ...rest] = person.name.trim().split(/\s+/)
  // A single word may be a first name, a family name or an account's name: we don't guess.
  const names = rest.length > 0 ? { firstName: firstName ?? null, lastName: rest.join(' ') } : {}
  const receiver = await tx.receiver.upsert({
    where: { externalId },
    create: { id: randomUUID(), externalId, email: person.email, ...names },
    update: {},
  })
  return receiver.id
}

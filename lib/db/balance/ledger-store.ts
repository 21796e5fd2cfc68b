/** Balances and grants. A trigger applies every transfer to its balance, and refuses to take more than is available. */
import { isRefusedWith } from '#lib/db/engine/away.ts'
import type { PrismaClient } from '#lib/db/engine/client.ts'
import { untilKept } from '#lib/db/engine/until-kept.ts'
import { Prisma } from '#lib/db/generated/client.ts'
import { isLike, receiversLike } from '#lib/db/payout/payout-search.ts'
import type { GrantAnswer, LedgerStore, LedgerTransfer, Receiver } from '#lib/services/ports.ts'
import { balancesByReceiver, balancesOf } from './balances.ts'
import { grantMany } from './grant-many.ts'
import { grant, grantsWhere, reverse } from './grants.ts'
import { check, checkUnlessRecent, lastCheck } from './money-equation.ts'

/** The trigger's SQLSTATE for a transfer that takes more than is available. */
const notAvailableState = 'PS003'

/** A search that fits more receivers than this, or none that is longer than two letters, looks through the newest receivers alone. */
const receiversAtOnce = 1_000
const lookThrough = 20_000

export function createLedgerStore(prisma: PrismaClient): LedgerStore {
  return {
    balances: (receiverId) => balancesOf(prisma, receiverId),

    grant: (draft, actor) =>
      prisma
        .$transaction(async (tx) => {
          const answer = await grant(tx, draft, actor)
          if (answer.kind === 'other' || answer.kind === 'receiver_mismatch') throw new Refused(answer)
          return answer
        })
        .catch((error: unknown) => {
          if (error instanceof Refused) return error.answer
          throw error
        }),

    grantAll: (drafts, actor) =>
      prisma
        .$transaction(async (tx) => {
          const answer = await grantMany(tx, drafts, actor)
          if ('refused' in answer) throw new FileRefused(answer.refused)
          return { kind: 'made' as const, made: answer.made }
        }, importTime)
        .catch((error: unknown) => {
          if (error instanceof FileRefused) return { kind: 'refused' as const, reference: error.reference }
          throw error
        }),

    reverse: (grantId, reason, actor) =>
      prisma
        .$transaction((tx) => reverse(tx, grantId, reason, actor))
        .catch((error: unknown) => {
          if (isRefusedWith(error, notAvailableState)) return 'not_available' as const
          throw error
        }),

    async findGrant(by) {
      const where =
        'id' in by ? Prisma.sql`g.id = ${by.id}::uuid` : Prisma.sql`g.idempotency_key = ${by.idempotencyKey}`
      const [found] = await grantsWhere(prisma, where, 1)
      if (found && 'idempotencyKey' in by) await untilKept(prisma)
      return found ?? null
    },

    findGrants: (references) =>
      grantsWhere(prisma, Prisma.sql`g.reference = ANY (${references})`, references.length),

    grants({ receiverId, after }, limit) {
      const whose =
        receiverId === undefined ? Prisma.sql`true` : Prisma.sql`g.receiver_id = ${receiverId}::uuid`
      const behind = after
        ? Prisma.sql`(g.created_at, g.id) < (${after.at}::timestamptz, ${after.id}::uuid)`
        : Prisma.sql`true`
      return grantsWhere(prisma, Prisma.sql`${whose} AND ${behind}`, limit)
    },

    receivers: (externalIds) =>
      prisma.receiver.findMany({ where: { externalId: { in: externalIds } }, omit: { createdAt: true } }),

    async searchBalances(search, limit) {
      const known = search === '' ? 'too_many' : await receiversLike(prisma, search, receiversAtOnce)
      const newest = Prisma.sql`(SELECT * FROM receiver ORDER BY created_at DESC, id LIMIT ${lookThrough}) AS r`
      const fits =
        search === '' ? Prisma.sql`EXISTS (SELECT FROM balance b WHERE b.receiver_id = r.id)` : isLike(search)
      const from =
        known === 'too_many'
          ? Prisma.sql`${newest} WHERE ${fits}`
          : Prisma.sql`receiver r WHERE r.id = ANY (${known}::uuid[])`
      const rows = await prisma.$queryRaw<Receiver[]>`
        SELECT r.id, r.external_id AS "externalId", r.email, r.first_name AS "firstName", r.last_name AS "lastName", r.locale
        FROM ${from} ORDER BY r.created_at DESC, r.id LIMIT ${limit}`
      const balances = await balancesByReceiver(
        prisma,
        rows.map(({ id }) => id),
      )
      return rows.map((row) => ({ ...row, balances: balances.get(row.id) ?? [] }))
    },

    transfers: (receiverId, limit) => prisma.$queryRaw<LedgerTransfer[]>`
      SELECT t.id, t.at, t.kind::text AS kind, t.currency, t.amount_minor AS "amountMinor", t.payout_id AS "payoutId",
             t.grant_id AS "grantId", g.reference, t.actor_name AS "actorName"
      FROM ledger_transfer t LEFT JOIN grant_row g ON g.id = t.grant_id
      WHERE t.receiver_id = ${receiverId}::uuid ORDER BY t.id DESC LIMIT ${limit}`,

    check: () => check(prisma),
    checkUnlessRecent: (withinMs) => checkUnlessRecent(prisma, withinMs),
    lastCheck: () => lastCheck(prisma),
  }
}

/** Thousands of grants, most of them with a new receiver, on a busy database. */
const importTime = { timeout: 60_000 }

/** Rolls the transaction back: nothing may stay, not even a new receiver. */
class Refused extends Error {
  readonly answer: Extract<GrantAnswer, { kind: 'other' | 'receiver_mismatch' }>
  constructor(answer: Refused['answer']) {
    super(answer.kind)
    this.answer = answer
  }
}

/** The same for a file. */
class FileRefused extends Error {
  readonly reference: string
  constructor(reference: string) {
    super('a row of the file was refused')
    this.reference = reference
  }
}

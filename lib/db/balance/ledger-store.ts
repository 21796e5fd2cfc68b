/** Balances. A trigger applies every transfer to the balance it belongs to, and refuses what is not available. */
import { writeAudit } from '#lib/db/audit/audit.ts'
import { actorColumns } from '#lib/db/engine/actor-columns.ts'
import { isRefusedWith } from '#lib/db/engine/away.ts'
import type { PrismaClient, Transaction } from '#lib/db/engine/client.ts'
import { literal } from '#lib/db/engine/literal.ts'
import { Prisma } from '#lib/db/generated/client.ts'
import { receiverFor } from '#lib/db/payout/receivers.ts'
import type { Actor } from '#lib/payouts/permissions.ts'
import type { PayoutStatus } from '#lib/payouts/transitions.ts'
import type {
  Grant,
  GrantAnswer,
  GrantDraft,
  LedgerStore,
  LedgerTransfer,
  NewPayout,
  NotCreated,
  Payout,
} from '#lib/services/ports.ts'
import { balancesByReceiver, balancesOf, lockBalance } from './balances.ts'
import { grantMany } from './grant-many.ts'
import { payableFrom } from './holding.ts'
import { check, checkUnlessRecent, lastCheck } from './money-check.ts'

/** What the trigger refuses a transfer with that takes more than is available. */
const notAvailableState = 'PS003'

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
      return (await grantsWhere(prisma, where, 1))[0] ?? null
    },

    findGrants: (references) =>
      grantsWhere(prisma, Prisma.sql`g.reference = ANY (${references})`, references.length),

    grants: ({ receiverId }, limit) =>
      grantsWhere(
        prisma,
        receiverId === undefined ? Prisma.sql`true` : Prisma.sql`g.receiver_id = ${receiverId}::uuid`,
        limit,
      ),

    receivers: (externalIds) =>
      prisma.receiver.findMany({ where: { externalId: { in: externalIds } }, omit: { createdAt: true } }),

    async searchBalances(search, limit) {
      const like = { contains: literal(search), mode: 'insensitive' as const }
      const rows = await prisma.receiver.findMany({
        where:
          search === ''
            ? { balances: { some: {} } }
            : { OR: [{ externalId: like }, { email: like }, { firstName: like }, { lastName: like }] },
        orderBy: [{ createdAt: 'desc' }, { id: 'asc' }],
        take: limit,
        omit: { createdAt: true },
      })
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

/** Thousands of grants, most of them for receivers that are to be made, on a busy database. */
const importTime = { timeout: 60_000 }

/** Nothing of what it stood in may stay, no new receiver either. */
class Refused extends Error {
  readonly answer: Extract<GrantAnswer, { kind: 'other' | 'receiver_mismatch' }>
  constructor(answer: Refused['answer']) {
    super(answer.kind)
    this.answer = answer
  }
}

/** No part of a file stays either. */
class FileRefused extends Error {
  readonly reference: string
  constructor(reference: string) {
    super('a row of the file was refused')
    this.reference = reference
  }
}

function grantsWhere(db: PrismaClient | Transaction, where: Prisma.Sql, limit: number): Promise<Grant[]> {
  return db.$queryRaw<Grant[]>`
    SELECT g.id, g.receiver_id AS "receiverId", r.external_id AS "receiverExternalId", g.currency,
           g.amount_minor AS "amountMinor", g.reference, g.source, g.actor_name AS "actorName", g.created_at AS "createdAt",
           g.payable_from AS "payableFrom", t.at AS "reversedAt"
    FROM grant_row g JOIN receiver r ON r.id = g.receiver_id
    LEFT JOIN ledger_transfer t ON t.grant_id = g.id AND t.kind = 'grant_reversal'
    WHERE ${where} ORDER BY g.created_at DESC, g.id LIMIT ${limit}`
}

async function grant(tx: Transaction, draft: GrantDraft, actor: Actor): Promise<GrantAnswer> {
  const { receiver } = draft
  const receiverId = await receiverFor(tx, {
    externalId: receiver.externalId,
    email: receiver.email ?? null,
    firstName: receiver.firstName ?? null,
    lastName: receiver.lastName ?? null,
  })
  if (receiverId === null) return { kind: 'receiver_mismatch' }
  const { id, currency, amountMinor, reference, idempotencyKey, source } = draft
  const made = await tx.grant.createMany({
    data: {
      id,
      receiverId,
      currency,
      amountMinor,
      reference,
      idempotencyKey,
      source,
      payableFrom: await payableFrom(tx),
      ...actorColumns(actor),
    },
    // Twenty parallel ones under one reference make one row; the losers wait for the winner and find it.
    skipDuplicates: true,
  })
  if (made.count === 1) {
    await tx.$executeRaw`
      INSERT INTO ledger_transfer (receiver_id, currency, amount_minor, debit, credit, kind, grant_id, actor_name)
      VALUES (${receiverId}::uuid, ${currency}, ${amountMinor}, 'granted', 'available', 'grant', ${id}::uuid,
              ${actorColumns(actor).actorName})`
    await writeAudit(tx, 'granted', actor, id, {
      receiverId,
      reference,
      currency,
      amountMinor: amountMinor.toString(),
    })
  }
  const known = await knownGrant(tx, draft)
  if (made.count === 1) return { kind: 'made', grant: known }
  if (idempotencyKey !== null && known.reference !== reference)
    return { kind: 'other', by: 'idempotency_key', grant: known }
  const same =
    known.receiverId === receiverId && known.currency === currency && known.amountMinor === amountMinor
  return same ? { kind: 'existing', grant: known } : { kind: 'other', by: 'reference', grant: known }
}

/** Of its idempotency key if that is known, else of its reference. */
async function knownGrant(
  tx: Transaction,
  { reference, idempotencyKey }: Pick<GrantDraft, 'reference' | 'idempotencyKey'>,
): Promise<Grant> {
  const ofKey =
    idempotencyKey === null ? [] : await grantsWhere(tx, Prisma.sql`g.idempotency_key = ${idempotencyKey}`, 1)
  const known = ofKey[0] ?? (await grantsWhere(tx, Prisma.sql`g.reference = ${reference}`, 1))[0]
  if (!known) throw new Error('Bug: a grant was refused as a duplicate, but there is none')
  return known
}

/** Whoever reverses or reserves from the same balance waits for his turn at its row. */
async function reverse(
  tx: Transaction,
  grantId: string,
  reason: string,
  actor: Actor,
): ReturnType<LedgerStore['reverse']> {
  const found = await tx.grant.findUnique({ where: { id: grantId } })
  if (!found) return 'not_found'
  await lockBalance(tx, found.receiverId, found.currency)
  const before = await tx.ledgerTransfer.findFirst({ where: { grantId, kind: 'grant_reversal' } })
  if (before) return 'reversed_already'
  await tx.$executeRaw`
    INSERT INTO ledger_transfer (receiver_id, currency, amount_minor, debit, credit, kind, grant_id, actor_name)
    VALUES (${found.receiverId}::uuid, ${found.currency}, ${found.amountMinor}, 'available', 'granted', 'grant_reversal',
            ${grantId}::uuid, ${actorColumns(actor).actorName})`
  await writeAudit(tx, 'grant_reversed', actor, grantId, { reason })
  return 'reversed'
}

/** In the transaction that makes the payout. Null when the money is there and stands aside now. */
export async function reserve(
  tx: Transaction,
  payout: Pick<NewPayout, 'id' | 'amountMinor' | 'currency'> & { receiverId: string },
  actor: Actor,
): Promise<NotCreated | null> {
  const { receiverId, currency, amountMinor } = payout
  // The trigger looks again under the same lock; asking first keeps an expected "no" from being an error.
  await lockBalance(tx, receiverId, currency)
  const balances = await balancesOf(tx, receiverId)
  const {
    availableMinor = 0n,
    heldMinor = 0n,
    payableAt = null,
    payableThenMinor = 0n,
  } = balances.find((one) => one.currency === currency) ?? {}
  if (availableMinor - heldMinor < amountMinor)
    return { kind: 'insufficient_balance', availableMinor, heldMinor, payableAt, payableThenMinor }
  await transfer(tx, { ...payout, kind: 'reserve', debit: 'available', credit: 'reserved' }, actor)
  return null
}

/** In the transaction that ends the payout: paid captures, every other end gives back. */
export async function endReserve(
  tx: Transaction,
  payout: Payout,
  end: PayoutStatus,
  actor: Actor,
): Promise<void> {
  if (!payout.reserves) return
  const how =
    end === 'paid'
      ? ({ kind: 'capture', debit: 'reserved', credit: 'paid' } as const)
      : ({ kind: 'release', debit: 'reserved', credit: 'available' } as const)
  await transfer(tx, { ...payout, receiverId: payout.receiver.id, ...how }, actor)
}

async function transfer(
  tx: Transaction,
  move: {
    id: string
    receiverId: string
    currency: string
    amountMinor: bigint
    kind: 'reserve' | 'release' | 'capture'
    debit: 'available' | 'reserved'
    credit: 'available' | 'reserved' | 'paid'
  },
  actor: Actor,
): Promise<void> {
  await tx.$executeRaw`
    INSERT INTO ledger_transfer (receiver_id, currency, amount_minor, debit, credit, kind, payout_id, actor_name)
    VALUES (${move.receiverId}::uuid, ${move.currency}, ${move.amountMinor}, ${move.debit}::ledger_account,
            ${move.credit}::ledger_account, ${move.kind}::ledger_kind, ${move.id}::uuid, ${actorColumns(actor).actorName})`
}

/** Balances. A trigger applies every transfer to the balance it belongs to, and refuses what is not available. */
import { displayAmount } from '#lib/payouts/money.ts'
import type { Actor } from '#lib/payouts/permissions.ts'
import type { PayoutStatus } from '#lib/payouts/transitions.ts'
import type {
  Balance,
  Grant,
  GrantDraft,
  LedgerStore,
  LedgerTransfer,
  MoneyCheck,
  MoneyLine,
  NewPayout,
  NotCreated,
  Payout,
} from '#lib/services/ports.ts'
import { actorColumns } from './actor-columns.ts'
import { writeAudit } from './audit.ts'
import { isRefusedWith } from './away.ts'
import type { PrismaClient, Transaction } from './client.ts'
import { Prisma } from './generated/client.ts'
import { openItem } from './payout-changes.ts'
import { receiverFor } from './receivers.ts'

/** What the trigger refuses a transfer with that takes more than is available. */
const notAvailableState = 'PS003'

export function createLedgerStore(prisma: PrismaClient): LedgerStore {
  return {
    balances: (receiverId) => balancesOf(prisma, receiverId),
    grant: (draft, actor) => prisma.$transaction((tx) => grant(tx, draft, actor)),

    reverse: (grantId, reason, actor) =>
      prisma
        .$transaction(async (tx) => {
          const made = await tx.$executeRaw`
            INSERT INTO ledger_transfer (receiver_id, currency, amount_minor, debit, credit, kind, grant_id, actor_name)
            SELECT receiver_id, currency, amount_minor, 'available', 'granted', 'grant_reversal', id, ${actorColumns(actor).actorName}
            FROM grant_row WHERE id = ${grantId}::uuid
            ON CONFLICT (grant_id) WHERE kind = 'grant_reversal' DO NOTHING`
          if (made === 0)
            return (await tx.grant.findUnique({ where: { id: grantId } })) === null
              ? ('not_found' as const)
              : ('reversed_already' as const)
          await writeAudit(tx, 'grant_reversed', actor, grantId, { reason })
          return 'reversed' as const
        })
        .catch((error: unknown) => {
          if (isRefusedWith(error, notAvailableState)) return 'not_available' as const
          throw error
        }),

    async findGrants(references) {
      return grantsWhere(prisma, Prisma.sql`g.reference = ANY (${references})`, references.length)
    },

    grants: ({ receiverId }, limit) =>
      grantsWhere(
        prisma,
        receiverId === undefined ? Prisma.sql`true` : Prisma.sql`g.receiver_id = ${receiverId}::uuid`,
        limit,
      ),

    transfers: (receiverId, limit) => prisma.$queryRaw<LedgerTransfer[]>`
      SELECT t.id, t.at, t.kind::text AS kind, t.currency, t.amount_minor AS "amountMinor", t.payout_id AS "payoutId",
             t.grant_id AS "grantId", g.reference, t.actor_name AS "actorName"
      FROM ledger_transfer t LEFT JOIN grant_row g ON g.id = t.grant_id
      WHERE t.receiver_id = ${receiverId}::uuid ORDER BY t.id DESC LIMIT ${limit}`,

    check: () => check(prisma),
    async lastCheck() {
      const row = await prisma.moneyCheck.findUnique({ where: { id: 1 } })
      return row && toCheck(row)
    },
  }
}

async function balancesOf(db: PrismaClient | Transaction, receiverId: string): Promise<Balance[]> {
  return db.balance.findMany({
    where: { receiverId },
    orderBy: { currency: 'asc' },
    omit: { receiverId: true },
  })
}

function grantsWhere(db: PrismaClient | Transaction, where: Prisma.Sql, limit: number): Promise<Grant[]> {
  return db.$queryRaw<Grant[]>`
    SELECT g.id, g.receiver_id AS "receiverId", r.external_id AS "receiverExternalId", g.currency,
           g.amount_minor AS "amountMinor", g.reference, g.source, g.actor_name AS "actorName", g.created_at AS "createdAt",
           t.at AS "reversedAt"
    FROM grant_row g JOIN receiver r ON r.id = g.receiver_id
    LEFT JOIN ledger_transfer t ON t.grant_id = g.id AND t.kind = 'grant_reversal'
    WHERE ${where} ORDER BY g.created_at DESC, g.id LIMIT ${limit}`
}

async function grant(tx: Transaction, draft: GrantDraft, actor: Actor): ReturnType<LedgerStore['grant']> {
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
    await writeAudit(tx, 'granted', actor, id, { reference, currency, amountMinor: amountMinor.toString() })
  }
  const [known] = await grantsWhere(
    tx,
    idempotencyKey === null
      ? Prisma.sql`g.reference = ${reference}`
      : Prisma.sql`g.reference = ${reference} OR g.idempotency_key = ${idempotencyKey}`,
    1,
  )
  if (!known) throw new Error('Bug: a grant was refused as a duplicate, but there is none')
  if (made.count === 1) return { kind: 'made', grant: known }
  const same =
    known.receiverId === receiverId &&
    known.currency === currency &&
    known.amountMinor === amountMinor &&
    known.reference === reference
  return { kind: same ? 'existing' : 'other', grant: known }
}

/** In the transaction that makes the payout. Null when the money is there and stands aside now. */
export async function reserve(
  tx: Transaction,
  payout: Pick<NewPayout, 'id' | 'amountMinor' | 'currency'> & { receiverId: string },
  actor: Actor,
): Promise<NotCreated | null> {
  const { receiverId, currency, amountMinor } = payout
  // The trigger looks again under the same lock; asking first keeps an expected "no" from being an error.
  const rows = await tx.$queryRaw<{ available: bigint }[]>`
    SELECT available_minor AS available FROM balance
    WHERE receiver_id = ${receiverId}::uuid AND currency = ${currency} FOR NO KEY UPDATE`
  const availableMinor = rows[0]?.available ?? 0n
  if (availableMinor < amountMinor) return { kind: 'insufficient_balance', availableMinor }
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

/** What each status counts as in the equation. Total by type. */
const sideOf = {
  requested: 'inFlightMinor',
  checking: 'inFlightMinor',
  awaiting_approval: 'inFlightMinor',
  approved: 'inFlightMinor',
  paying: 'inFlightMinor',
  action_required: 'inFlightMinor',
  processing: 'inFlightMinor',
  outcome_unknown: 'unknownMinor',
  paid: 'paidMinor',
  declined: 'failedMinor',
  filtered: 'failedMinor',
  failed: 'failedMinor',
  rejected: 'rejectedMinor',
  cancelled: 'rejectedMinor',
  expired: 'rejectedMinor',
} as const satisfies Record<PayoutStatus, Exclude<keyof MoneyLine, 'currency' | 'requestedMinor'>>

/**
 * Requested is summed from the payouts, where each went from the history's last move, what stands aside and what was taken from the
 * ledger: three books that are written together and read apart. All of it in one snapshot.
 */
async function check(prisma: PrismaClient): Promise<MoneyCheck> {
  return prisma.$transaction(
    async (tx) => {
      const requested = await tx.$queryRaw<{ currency: string; sum: bigint }[]>`
        SELECT currency, sum(amount_minor)::bigint AS sum FROM payout GROUP BY currency ORDER BY currency`
      const went = await tx.$queryRaw<{ currency: string; status: PayoutStatus; sum: bigint }[]>`
        SELECT p.currency, coalesce(e.to_status, 'requested')::text AS status, sum(p.amount_minor)::bigint AS sum
        FROM payout p LEFT JOIN LATERAL (
          SELECT to_status FROM payout_event WHERE payout_id = p.id AND to_status IS NOT NULL ORDER BY id DESC LIMIT 1
        ) e ON true GROUP BY 1, 2`
      const lines = requested.map(({ currency, sum }) => {
        const line: MoneyLine = {
          currency,
          requestedMinor: sum,
          paidMinor: 0n,
          inFlightMinor: 0n,
          rejectedMinor: 0n,
          failedMinor: 0n,
          unknownMinor: 0n,
        }
        for (const part of went.filter((one) => one.currency === currency))
          line[sideOf[part.status]] += part.sum
        return line
      })
      const wrong = [...lines.flatMap(unequal), ...(await ledgerTrouble(tx))]
      return keepCheck(tx, lines, wrong)
    },
    { isolationLevel: 'RepeatableRead', timeout: 60_000 },
  )
}

function unequal(line: MoneyLine): string[] {
  const parts =
    line.paidMinor + line.inFlightMinor + line.rejectedMinor + line.failedMinor + line.unknownMinor
  if (parts === line.requestedMinor) return []
  const money = (minor: bigint) => displayAmount(minor, line.currency)
  return [`${money(line.requestedMinor)} was asked for, and the history accounts for ${money(parts)}.`]
}

/** The ledger against itself and against the payouts. */
async function ledgerTrouble(tx: Transaction): Promise<string[]> {
  const rows = await tx.$queryRaw<{ wrong: string }[]>`
    SELECT 'The balance of ' || r.external_id || ' in ' || b.currency || ' is not what its transfers add up to.' AS wrong
    FROM balance b JOIN receiver r ON r.id = b.receiver_id
    LEFT JOIN LATERAL (
      SELECT coalesce(sum(CASE WHEN debit = 'granted' THEN amount_minor WHEN credit = 'granted' THEN -amount_minor ELSE 0 END), 0) AS granted,
             coalesce(sum(CASE WHEN credit = 'available' THEN amount_minor WHEN debit = 'available' THEN -amount_minor ELSE 0 END), 0) AS available,
             coalesce(sum(CASE WHEN credit = 'reserved' THEN amount_minor WHEN debit = 'reserved' THEN -amount_minor ELSE 0 END), 0) AS reserved,
             coalesce(sum(CASE WHEN credit = 'paid' THEN amount_minor WHEN debit = 'paid' THEN -amount_minor ELSE 0 END), 0) AS paid
      FROM ledger_transfer t WHERE t.receiver_id = b.receiver_id AND t.currency = b.currency) s ON true
    WHERE (b.granted_minor, b.available_minor, b.reserved_minor, b.paid_minor) IS DISTINCT FROM (s.granted, s.available, s.reserved, s.paid)
    UNION ALL
    SELECT 'Payout ' || p.id || ' is ' || p.status || ', and its money is ' || coalesce(t.last, 'not in the ledger') || '.'
    FROM payout p LEFT JOIN LATERAL (
      SELECT (array_agg(kind ORDER BY id DESC))[1]::text AS last FROM ledger_transfer WHERE payout_id = p.id) t ON true
    WHERE (p.reserves OR t.last IS NOT NULL) AND t.last IS DISTINCT FROM CASE
      WHEN NOT p.reserves THEN NULL WHEN p.final_at IS NULL THEN 'reserve' WHEN p.status = 'paid' THEN 'capture' ELSE 'release' END
    UNION ALL
    SELECT 'The transfers name ' || t.currency || ' for ' || r.external_id || ', and there is no such balance.'
    FROM (SELECT DISTINCT receiver_id, currency FROM ledger_transfer) t JOIN receiver r ON r.id = t.receiver_id
    WHERE NOT EXISTS (SELECT 1 FROM balance b WHERE b.receiver_id = t.receiver_id AND b.currency = t.currency)
    LIMIT 100`
  return rows.map(({ wrong }) => wrong)
}

async function keepCheck(tx: Transaction, lines: MoneyLine[], wrong: string[]): Promise<MoneyCheck> {
  const holds = wrong.length === 0
  const result = JSON.stringify({ lines, wrong }, (_key, value: unknown) =>
    typeof value === 'bigint' ? value.toString() : value,
  )
  const [row] = await tx.$queryRaw<{ checkedAt: Date; brokenSince: Date | null }[]>`
    INSERT INTO money_check (id, checked_at, holds, result, broken_since)
    VALUES (1, now(), ${holds}, ${result}::jsonb, ${holds ? Prisma.sql`NULL` : Prisma.sql`now()`})
    ON CONFLICT (id) DO UPDATE SET checked_at = now(), holds = excluded.holds, result = excluded.result,
      broken_since = CASE WHEN excluded.holds THEN NULL ELSE coalesce(money_check.broken_since, now()) END
    RETURNING checked_at AS "checkedAt", broken_since AS "brokenSince"`
  if (!row) throw new Error('Bug: the money equation was not kept')
  if (holds)
    await tx.openItem.updateMany({
      where: { kind: 'money_equation', closedAt: null },
      data: { closedAt: new Date(), closeReason: 'Everything adds up again.', openKey: null },
    })
  else
    await openItem(
      tx,
      {
        kind: 'money_equation',
        severity: 'critical',
        what: 'The money does not add up',
        why: `${wrong.slice(0, 5).join(' ')}${wrong.length > 5 ? ` And ${wrong.length - 5} more.` : ''} Stop payments until it is understood.`,
      },
      null,
    )
  return { ...row, holds, lines, wrong }
}

function toCheck(row: {
  checkedAt: Date
  holds: boolean
  result: unknown
  brokenSince: Date | null
}): MoneyCheck {
  // Written by this room alone, a few lines above.
  const { lines, wrong } = row.result as { lines: Record<string, string>[]; wrong: string[] }
  const minor = (line: Record<string, string>, name: string) => BigInt(line[name] ?? '0')
  return {
    checkedAt: row.checkedAt,
    holds: row.holds,
    brokenSince: row.brokenSince,
    wrong,
    lines: lines.map((line) => ({
      currency: line['currency'] ?? '',
      requestedMinor: minor(line, 'requestedMinor'),
      paidMinor: minor(line, 'paidMinor'),
      inFlightMinor: minor(line, 'inFlightMinor'),
      rejectedMinor: minor(line, 'rejectedMinor'),
      failedMinor: minor(line, 'failedMinor'),
      unknownMinor: minor(line, 'unknownMinor'),
    })),
  }
}

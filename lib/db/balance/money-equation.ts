/**
 * The money equation, from three books that are written together and read apart: what was asked for stands in the history, where it
 * went in the payouts, what stands aside for it in the ledger. All of it in one snapshot.
 */
import { isRefusedWith } from '#lib/db/engine/away.ts'
import type { PrismaClient, Transaction } from '#lib/db/engine/client.ts'
import { Prisma } from '#lib/db/generated/client.ts'
import { openItem } from '#lib/db/payout/payout-changes.ts'
import { displayAmount } from '#lib/payouts/money.ts'
import type { PayoutStatus } from '#lib/payouts/transitions.ts'
import type { MoneyCheck, MoneyLine } from '#lib/services/ports.ts'
import { compareBooks } from './compare-books.ts'

/** Which part of the equation each status counts in. */
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
  cancelled: 'cancelledMinor',
  expired: 'expiredMinor',
} as const satisfies Record<PayoutStatus, Exclude<keyof MoneyLine, 'currency' | 'requestedMinor'>>

/** The advisory lock for computing it; any number that no other lock of ours has. */
const checkLock = 7_110_412n

/** One snapshot of everything. The timeout is many times what a hundred thousand payouts take. */
const oneSnapshot = { isolationLevel: 'RepeatableRead', timeout: 60_000 } as const

const serializationFailure = '40001'

export function check(prisma: PrismaClient): Promise<MoneyCheck> {
  return prisma.$transaction(async (tx) => compute(tx), oneSnapshot)
}

/** Null if it was computed within this time, or another worker is at it. */
export async function checkUnlessRecent(prisma: PrismaClient, withinMs: number): Promise<MoneyCheck | null> {
  const ms = BigInt(withinMs)
  try {
    return await prisma.$transaction(async (tx) => {
      const [turn] = await tx.$queryRaw<{ mine: boolean }[]>`
        SELECT pg_try_advisory_xact_lock(${checkLock}::bigint) AND NOT EXISTS (
          SELECT FROM money_check WHERE checked_at > clock_timestamp() - ${ms} * interval '1 millisecond') AS mine`
      return turn?.mine ? compute(tx) : null
    }, oneSnapshot)
  } catch (error) {
    // Another worker, or a person who took the item on, was a moment faster: the next try is soon.
    if (isRefusedWith(error, serializationFailure) || isRefusedWith(error, 'P2034')) return null
    throw error
  }
}

async function compute(tx: Transaction): Promise<MoneyCheck> {
  // Older events don't name the amount; then the payout's own row does.
  const requested = await tx.$queryRaw<{ currency: string; sum: bigint }[]>`
    SELECT coalesce(e.data ->> 'currency', p.currency, '???') AS currency,
           sum(coalesce((e.data ->> 'amountMinor')::bigint, p.amount_minor, 0))::bigint AS sum
    FROM payout_event e LEFT JOIN payout p ON p.id = e.payout_id
    WHERE e.kind = 'requested' GROUP BY 1`
  const went = await tx.$queryRaw<{ currency: string; status: PayoutStatus; sum: bigint }[]>`
    SELECT currency, status::text AS status, sum(amount_minor)::bigint AS sum FROM payout GROUP BY 1, 2`
  const lines = linesOf(requested, went)
  return keep(tx, lines, [...lines.flatMap(unequal), ...(await compareBooks(tx))])
}

function linesOf(
  requested: { currency: string; sum: bigint }[],
  went: { currency: string; status: PayoutStatus; sum: bigint }[],
): MoneyLine[] {
  const currencies = [...new Set([...requested, ...went].map(({ currency }) => currency))].sort()
  return currencies.map((currency) => {
    const line: MoneyLine = {
      currency,
      requestedMinor: requested.find((one) => one.currency === currency)?.sum ?? 0n,
      paidMinor: 0n,
      inFlightMinor: 0n,
      rejectedMinor: 0n,
      cancelledMinor: 0n,
      expiredMinor: 0n,
      failedMinor: 0n,
      unknownMinor: 0n,
    }
    for (const part of went.filter((one) => one.currency === currency)) line[sideOf[part.status]] += part.sum
    return line
  })
}

function unequal(line: MoneyLine): string[] {
  const parts =
    line.paidMinor +
    line.inFlightMinor +
    line.rejectedMinor +
    line.cancelledMinor +
    line.expiredMinor +
    line.failedMinor +
    line.unknownMinor
  if (parts === line.requestedMinor) return []
  const money = (minor: bigint) => displayAmount(minor, line.currency)
  return [
    `By the history ${money(line.requestedMinor)} was asked for, and the payouts account for ${money(parts)}.`,
  ]
}

async function keep(tx: Transaction, lines: MoneyLine[], wrong: string[]): Promise<MoneyCheck> {
  const balanced = wrong.length === 0
  const result = JSON.stringify({ lines, wrong }, (_key, value: unknown) =>
    typeof value === 'bigint' ? value.toString() : value,
  )
  const [row] = await tx.$queryRaw<{ checkedAt: Date; brokenSince: Date | null }[]>`
    INSERT INTO money_check (id, checked_at, balanced, result, broken_since)
    VALUES (1, clock_timestamp(), ${balanced}, ${result}::jsonb, ${balanced ? Prisma.sql`NULL` : Prisma.sql`clock_timestamp()`})
    ON CONFLICT (id) DO UPDATE SET checked_at = excluded.checked_at, balanced = excluded.balanced, result = excluded.result,
      broken_since = CASE WHEN excluded.balanced THEN NULL ELSE coalesce(money_check.broken_since, excluded.broken_since) END
    RETURNING checked_at AS "checkedAt", broken_since AS "brokenSince"`
  if (!row) throw new Error('Bug: the money equation was not kept')
  if (balanced)
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
  return { ...row, balanced, lines, wrong }
}

export async function lastCheck(prisma: PrismaClient): Promise<MoneyCheck | null> {
  const row = await prisma.moneyCheck.findUnique({ where: { id: 1 } })
  if (!row) return null
  // Only `keep` above writes it.
  const { lines, wrong } = row.result as { lines: Record<string, string>[]; wrong: string[] }
  const minor = (line: Record<string, string>, name: string) => BigInt(line[name] ?? '0')
  return {
    checkedAt: row.checkedAt,
    balanced: row.balanced,
    brokenSince: row.brokenSince,
    wrong,
    lines: lines.map((line) => ({
      currency: line['currency'] ?? '',
      requestedMinor: minor(line, 'requestedMinor'),
      paidMinor: minor(line, 'paidMinor'),
      inFlightMinor: minor(line, 'inFlightMinor'),
      rejectedMinor: minor(line, 'rejectedMinor'),
      cancelledMinor: minor(line, 'cancelledMinor'),
      expiredMinor: minor(line, 'expiredMinor'),
      failedMinor: minor(line, 'failedMinor'),
      unknownMinor: minor(line, 'unknownMinor'),
    })),
  }
}

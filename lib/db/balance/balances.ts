/** Current balances, with the part of each that can't be asked for yet. */
import { waitingOf } from '#lib/payouts/holding.ts'
import type { Balance } from '#lib/services/ports.ts'
import type { PrismaClient, Transaction } from '#lib/db/engine/client.ts'

type Row = Omit<Balance, 'heldMinor' | 'payableAt' | 'payableThenMinor'> & {
  receiverId: string
  /** One row for each time at which something becomes payable; null where nothing waits. */
  payableFrom: Date | null
  amountMinor: bigint | null
  /** Given back by payouts that ended unpaid although money may have moved. */
  doubtedMinor: bigint
}

/** By receiver, each by currency. One statement, so that all numbers are from the same moment. */
export async function balancesByReceiver(
  db: PrismaClient | Transaction,
  receiverIds: readonly string[],
): Promise<Map<string, Balance[]>> {
  const rows = await db.$queryRaw<Row[]>`
    WITH doubted AS (
      SELECT p.receiver_id, p.currency, sum(p.amount_minor)::bigint AS amount_minor
      FROM payout_in_doubt d JOIN payout p ON p.id = d.payout_id
      WHERE p.receiver_id = ANY (${receiverIds}::uuid[]) AND p.reserves AND p.final_at IS NOT NULL AND p.status <> 'paid'
      GROUP BY 1, 2
    )
    SELECT b.receiver_id AS "receiverId", b.currency, b.granted_minor AS "grantedMinor",
           b.available_minor AS "availableMinor", b.reserved_minor AS "reservedMinor", b.paid_minor AS "paidMinor",
           h.payable_from AS "payableFrom", h.amount_minor AS "amountMinor", coalesce(d.amount_minor, 0) AS "doubtedMinor"
    FROM balance b LEFT JOIN doubted d ON d.receiver_id = b.receiver_id AND d.currency = b.currency LEFT JOIN LATERAL (
      SELECT g.payable_from, sum(g.amount_minor)::bigint AS amount_minor FROM grant_row g
      WHERE g.receiver_id = b.receiver_id AND g.currency = b.currency AND g.payable_from > (SELECT clock_timestamp())
        AND NOT EXISTS (SELECT FROM ledger_transfer t WHERE t.grant_id = g.id AND t.kind = 'grant_reversal')
      GROUP BY g.payable_from
    ) h ON true
    WHERE b.receiver_id = ANY (${receiverIds}::uuid[]) ORDER BY b.currency`
  const found = new Map<string, Balance[]>()
  const seen = new Set<string>()
  for (const row of rows) {
    const { receiverId, currency, grantedMinor, availableMinor, reservedMinor, paidMinor } = row
    const key = `${receiverId} ${currency}`
    if (seen.has(key)) continue
    seen.add(key)
    const notYet = rows.flatMap((one) =>
      one.receiverId === receiverId && one.currency === currency && one.payableFrom !== null
        ? [{ payableFrom: one.payableFrom, amountMinor: one.amountMinor ?? 0n }]
        : [],
    )
    const numbers = { currency, grantedMinor, availableMinor, reservedMinor, paidMinor }
    const doubtedMinor = row.doubtedMinor < availableMinor ? row.doubtedMinor : availableMinor
    const waiting = waitingOf(availableMinor - doubtedMinor, notYet)
    const balance = { ...numbers, ...waiting, heldMinor: waiting.heldMinor + doubtedMinor }
    found.set(receiverId, [...(found.get(receiverId) ?? []), balance])
  }
  return found
}

/** One receiver's, by currency. */
export async function balancesOf(db: PrismaClient | Transaction, receiverId: string): Promise<Balance[]> {
  return (await balancesByReceiver(db, [receiverId])).get(receiverId) ?? []
}

/**
 * Transactions that take from a balance queue up here. Read the balance in a second statement afterwards: a statement that waits for the
 * lock sees the new balance, but the old grants.
 */
export async function lockBalance(tx: Transaction, receiverId: string, currency: string): Promise<void> {
  await tx.$queryRaw`
    SELECT FROM balance WHERE receiver_id = ${receiverId}::uuid AND currency = ${currency} FOR NO KEY UPDATE`
}

/** What a payout does to its receiver's balance, in the payout's own transaction: it reserves its amount, and its end pays or gives it back. */
import { actorColumns } from '#lib/db/engine/actor-columns.ts'
import type { Transaction } from '#lib/db/engine/client.ts'
import type { Actor } from '#lib/payouts/permissions.ts'
import type { PayoutStatus } from '#lib/payouts/transitions.ts'
import type { NewPayout, NotCreated, Payout } from '#lib/services/ports.ts'
import { balancesOf, lockBalance } from './balances.ts'

/** In the transaction that makes the payout. Null: the money was available and is now reserved. */
export async function reserve(
  tx: Transaction,
  payout: Pick<NewPayout, 'id' | 'amountMinor' | 'currency'> & { receiverId: string },
  actor: Actor,
): Promise<NotCreated | null> {
  const { receiverId, currency, amountMinor } = payout
  // The trigger checks again under the same lock; asking first keeps an expected "no" from being an error.
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

/** In the transaction that ends the payout: `paid` captures the reserve, every other end releases it. */
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

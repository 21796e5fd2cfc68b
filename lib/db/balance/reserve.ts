/** What a new payout does to a balance, in its own transaction: it reserves its amount. Its end: lib/db/payout/advance-statement.ts. */
import { actorColumns } from '#lib/db/engine/actor-columns.ts'
import type { Transaction } from '#lib/db/engine/client.ts'
import type { Actor } from '#lib/payouts/permissions.ts'
import type { NewPayout, NotCreated } from '#lib/services/ports.ts'
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
  await transfer(tx, payout, actor)
  return null
}

async function transfer(
  tx: Transaction,
  move: {
    id: string
    receiverId: string
    currency: string
    amountMinor: bigint
  },
  actor: Actor,
): Promise<void> {
  await tx.$executeRaw`
    INSERT INTO ledger_transfer (receiver_id, currency, amount_minor, debit, credit, kind, payout_id, actor_name)
    VALUES (${move.receiverId}::uuid, ${move.currency}, ${move.amountMinor}, 'available', 'reserved', 'reserve', ${move.id}::uuid,
            ${actorColumns(actor).actorName})`
}

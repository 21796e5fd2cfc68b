/** Grants and balances as other systems see them. */
import type { BalanceView, GrantView } from '#lib/contract/grant.ts'
import { formatAmount } from '#lib/payouts/money.ts'
import type { Balance, Grant } from '#lib/services/ports.ts'

export function grantView(grant: Grant): GrantView {
  return {
    id: grant.id,
    receiver: { id: grant.receiverId, externalId: grant.receiverExternalId },
    amount: formatAmount(grant.amountMinor, grant.currency),
    currency: grant.currency,
    reference: grant.reference,
    source: grant.source,
    createdAt: grant.createdAt.toISOString(),
    payableFrom: grant.payableFrom.toISOString(),
    reversedAt: grant.reversedAt?.toISOString() ?? null,
  }
}

export function balanceView({ currency, ...balance }: Balance): BalanceView {
  return {
    currency,
    granted: formatAmount(balance.grantedMinor, currency),
    available: formatAmount(balance.availableMinor, currency),
    held: formatAmount(balance.heldMinor, currency),
    payableFrom: balance.payableAt?.toISOString() ?? null,
    reserved: formatAmount(balance.reservedMinor, currency),
    paid: formatAmount(balance.paidMinor, currency),
  }
}

import type { PayoutSubject } from '#lib/payouts/permissions.ts'
import { sameAmount } from '#lib/payouts/money.ts'
import type { Payout } from './ports.ts'

/** Does Cardzo name another amount or currency than we do? What it does not name does not differ. */
export function amountDiffers(
  payout: Pick<Payout, 'amountMinor' | 'currency'>,
  told: { amount: string | null; currency: string | null },
): boolean {
  if (told.currency !== null && told.currency.toUpperCase() !== payout.currency) return true
  return told.amount !== null && !sameAmount(told.amount, payout.amountMinor, payout.currency)
}

/** The facts that decide who may act on a payout. */
export function subjectOf(payout: Payout): PayoutSubject {
  return {
    status: payout.status,
    receiverId: payout.receiver.id,
    requestedById: payout.requestedById,
    apiKeyOwnerId: payout.apiKeyOwnerId,
    amountDiffers: amountDiffers(payout, { amount: payout.gatewayAmount, currency: payout.gatewayCurrency }),
  }
}

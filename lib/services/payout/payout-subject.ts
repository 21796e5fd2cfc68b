import type { PayoutSubject } from '#lib/payouts/permissions.ts'
import { sameAmount } from '#lib/payouts/money.ts'
import type { Deps, Payout } from '#lib/services/ports.ts'

/** Does Cardzo name another amount or currency than we do? What it does not name does not differ. */
export function amountDiffers(
  payout: Pick<Payout, 'amountMinor' | 'currency'>,
  told: { amount: string | null; currency: string | null },
): boolean {
  if (told.currency !== null && told.currency.toUpperCase() !== payout.currency) return true
  return told.amount !== null && !sameAmount(told.amount, payout.amountMinor, payout.currency)
}

/** The facts that decide who may act on a payout. `behind`: the accounts of everybody who must not decide on it. */
export function subjectOf(payout: Payout, behind: readonly string[]): PayoutSubject {
  return {
    status: payout.status,
    receiverId: payout.receiver.id,
    accountsBehind: behind,
    amountDiffers: amountDiffers(payout, { amount: payout.gatewayAmount, currency: payout.gatewayCurrency }),
  }
}

/** The same, asking who is behind it. */
export async function subjectFor(deps: Pick<Deps, 'payouts'>, payout: Payout): Promise<PayoutSubject> {
  const behind = await deps.payouts.accountsBehind([payout.id])
  return subjectOf(payout, behind.get(payout.id) ?? [])
}

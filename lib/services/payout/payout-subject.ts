import { amountDiffers } from '#lib/payouts/money.ts'
import type { PayoutSubject } from '#lib/payouts/permissions.ts'
import type { Deps, Payout } from '#lib/services/ports.ts'

/** The facts that decide who may act on a payout. `behind`: the accounts of everybody who may not decide on it. */
export function subjectOf(payout: Payout, behind: readonly string[]): PayoutSubject {
  return {
    status: payout.status,
    receiverId: payout.receiver.id,
    accountsBehind: behind,
    amountDiffers: amountDiffers(payout, { amount: payout.gatewayAmount, currency: payout.gatewayCurrency }),
  }
}

/** The same, after asking who is behind it. */
export async function subjectFor(deps: Pick<Deps, 'payouts'>, payout: Payout): Promise<PayoutSubject> {
  const behind = await deps.payouts.accountsBehind([payout.id])
  return subjectOf(payout, behind.get(payout.id) ?? [])
}

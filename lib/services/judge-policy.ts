import { formatAmount } from '#lib/payouts/money.ts'
import { amountDiffers } from './payout-subject.ts'
import type { Deps, OrderState, Payout, PolicyNote } from './ports.ts'

/** The auto-approve policy, judged once per payout when the bank's validation is recorded. Null: it was judged before. */
export async function judgePolicy(
  deps: Pick<Deps, 'settings'>,
  payout: Payout,
  order: OrderState,
): Promise<PolicyNote | null> {
  if (payout.policyNote !== null || order.verdict !== 'validated') return null
  const below = await deps.settings.autoApproveBelow(payout.currency)
  const note = (approved: boolean, why: string): PolicyNote => ({
    autoApproveBelow: formatAmount(below, payout.currency),
    currency: payout.currency,
    approved,
    why,
  })
  if (below === 0n) return note(false, 'No automatic approval for this currency.')
  // Until balances exist nobody has vouched for what a receiver asks for in the browser.
  if (payout.source !== 'api')
    return note(false, 'Only payouts made through the API are approved automatically.')
  if (amountDiffers(payout, order)) return note(false, 'Cardzo names another amount.')
  return payout.amountMinor < below
    ? note(true, 'The amount is below the limit for automatic approval.')
    : note(false, 'The amount is not below the limit for automatic approval.')
}

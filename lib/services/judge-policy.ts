import { approversNeeded, currencyPolicy, demandsOf, minorOf } from '#lib/payouts/policy.ts'
import type { Demand } from '#lib/payouts/policy.ts'
import { formatAmount } from '#lib/payouts/money.ts'
import type { RiskAssessment } from '#lib/payouts/risk.ts'
import { assessRisk } from './assess-risk.ts'
import { amountDiffers } from './payout-subject.ts'
import type { Deps, OrderState, Payout, PolicyNote } from './ports.ts'

/** What the rules and the checks said, to be kept with the payout. `approvalsRequired` 0: the policy approves it. */
export type Judgement = { note: PolicyNote; risk: RiskAssessment; approvalsRequired: number }

/**
 * The rules that the payout started with and the risk checks, judged once per payout when the bank's validation is recorded. Null: it
 * was judged before, or there is nothing to judge yet.
 */
export async function judgePolicy(
  deps: Pick<Deps, 'policy' | 'risk'>,
  payout: Payout,
  order: OrderState,
): Promise<Judgement | null> {
  if (payout.policyNote !== null || order.verdict !== 'validated') return null
  const policy = await deps.policy.find(payout.policyVersion)
  if (!policy)
    throw new Error(`Bug: payout ${payout.id} names rules ${payout.policyVersion} that do not exist`)
  const risk = await assessRisk(deps, payout, policy)
  const demands = demandsOf(policy, payout, risk.level)
  const { autoApprove } = currencyPolicy(policy, payout.currency)
  const below = minorOf(autoApprove.below, payout.currency)
  const judge = (approved: boolean, why: string): Judgement => {
    const asked: Demand[] = approved ? [] : demands
    const note = {
      autoApproveBelow: formatAmount(below, payout.currency),
      currency: payout.currency,
      approved,
      why,
      version: payout.policyVersion,
      demands: asked,
    }
    return { note, risk, approvalsRequired: approved ? 0 : approversNeeded(demands) }
  }
  if (below === 0n) return judge(false, 'No automatic approval for this currency.')
  if (!autoApprove.sources.includes(payout.source))
    return judge(false, `Payouts asked for by ${payout.source} are not approved automatically.`)
  if (amountDiffers(payout, order)) return judge(false, 'Cardzo names another amount.')
  if (risk.level === 'high') return judge(false, 'A check says HIGH, so people must decide.')
  return payout.amountMinor < below
    ? judge(true, 'The amount is below the limit for automatic approval.')
    : judge(false, 'The amount is not below the limit for automatic approval.')
}

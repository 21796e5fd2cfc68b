import { amountDiffers, formatAmount } from '#lib/payouts/money.ts'
import { autoCaps, currencyPolicy, judge, minorOf } from '#lib/payouts/policy.ts'
import type { AutoCaps, Judged } from '#lib/payouts/policy.ts'
import type { RiskAssessment } from '#lib/payouts/risk.ts'
import { assessRisk } from '#lib/services/approval/assess-risk.ts'
import type { Deps, OrderState, Payout, PolicyNote } from '#lib/services/ports.ts'

/** A payout as the policy sees it, a retry by the desk or not. */
export const asJudged = (payout: Payout): Judged => ({
  amountMinor: payout.amountMinor,
  currency: payout.currency,
  source: payout.judgedSource,
  askedAgain: payout.replacesId !== null,
})

/** What the policy and the checks said, to be kept with the payout. `approvalsRequired` 0: the policy approves it. */
export type Judgement = {
  note: PolicyNote
  risk: RiskAssessment
  approvalsRequired: number
  autoCaps: AutoCaps
}

/**
 * The policy that the payout started with and the risk checks, judged once per payout when the bank's validation is recorded. Null: it
 * was judged before, or there is nothing to judge yet.
 */
export async function judgePolicy(
  deps: Pick<Deps, 'policy' | 'risk' | 'approvals'>,
  payout: Payout,
  order: OrderState,
): Promise<Judgement | null> {
  if (payout.policyNote !== null || order.verdict !== 'validated') return null
  const policy = await deps.policy.find(payout.policyVersion)
  if (!policy)
    throw new Error(`Bug: payout ${payout.id} names policy ${payout.policyVersion}, which does not exist`)
  const risk = await assessRisk(deps, payout, policy)
  const caps = autoCaps(policy, payout.currency)
  const isCapped = caps.dayMinor !== null || caps.keyDayMinor !== null
  const { approved, why, demands, approvers } = judge(policy, asJudged(payout), {
    risk: risk.level,
    amountDiffers: amountDiffers(payout, order),
    askedAlone: await deps.approvals.askedAlone(payout.id),
    ...(isCapped && { autoToday: await deps.approvals.autoToday(payout.currency, payout.apiKeyId) }),
  })
  const { currency, policyVersion: version } = payout
  const below = minorOf(currencyPolicy(policy, currency).autoApprove.below, currency)
  const autoApproveBelow = formatAmount(below, currency)
  const note = { autoApproveBelow, currency, approved, why, version, demands }
  return { note, risk, approvalsRequired: approvers, autoCaps: caps }
}

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
  /** How long people have to decide. */
  expireAfterMs: number
}

const dayMs = 86_400_000

/** The same for one that was judged before and waits for people now, for the first time. */
export async function expireAfterMs(deps: Pick<Deps, 'settings'>): Promise<number> {
  return (await deps.settings.read()).expireAfterDays * dayMs
}

/**
 * The policy that the payout started with and the risk checks, judged once per payout when the bank's validation is recorded. Null: it
 * was judged before, or there is nothing to judge yet.
 */
export async function judgePolicy(
  deps: Pick<Deps, 'risk' | 'approvals'>,
  payout: Payout,
  order: OrderState,
): Promise<Judgement | null> {
  if (payout.policyNote !== null || order.verdict !== 'validated') return null
  const { policy, facts, settings, askedAlone } = await deps.risk.judging(payout)
  const risk = assessRisk(payout, policy, facts)
  const caps = autoCaps(policy, payout.currency)
  const isCapped = caps.dayMinor !== null || caps.keyDayMinor !== null
  const { approved, why, demands, approvers } = judge(policy, asJudged(payout), {
    risk: risk.level,
    amountDiffers: amountDiffers(payout, order),
    askedAlone,
    ...(isCapped && { autoToday: await deps.approvals.autoToday(payout.currency, payout.apiKeyId) }),
  })
  const { currency, policyVersion: version } = payout
  const below = minorOf(currencyPolicy(policy, currency).autoApprove.below, currency)
  const autoApproveBelow = formatAmount(below, currency)
  const note = { autoApproveBelow, currency, approved, why, version, demands }
  const expireAfterMs = settings.expireAfterDays * dayMs
  return { note, risk, approvalsRequired: approvers, autoCaps: caps, expireAfterMs }
}

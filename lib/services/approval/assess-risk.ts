/** The risk checks: judged once for the policy, with the bank's validation, and again whenever a person looks or approves. */
import { createHash } from 'node:crypto'
import type { Policy } from '#lib/payouts/policy.ts'
import { checkRisk, highestLevel, riskCheckIds, riskLevels } from '#lib/payouts/risk.ts'
import type { RiskAssessment, RiskCheckId } from '#lib/payouts/risk.ts'
import type { Deps, Payout, RiskFacts } from '#lib/services/ports.ts'

/** The checks on each payout as things are now, at the levels of the policy it started with. By payout id; leaves out those never checked. */
export async function assessRisks(
  deps: Pick<Deps, 'risk' | 'policy'>,
  payouts: readonly Payout[],
): Promise<Map<string, RiskAssessment>> {
  const checked = payouts.filter(({ risk }) => risk !== null)
  if (checked.length === 0) return new Map()
  const versions = [...new Set(checked.map(({ policyVersion }) => policyVersion))]
  const [facts, ...found] = await Promise.all([
    deps.risk.factsOf(checked.map(({ id }) => id)),
    ...versions.map(async (version) => [version, await deps.policy.find(version)] as const),
  ])
  const policies = new Map(found)
  return new Map(
    checked.map((payout) => {
      const [policy, own] = [policies.get(payout.policyVersion), facts.get(payout.id)]
      if (!policy || !own) throw new Error(`Bug: payout ${payout.id} or its policy vanished`)
      return [payout.id, assessRisk(payout, policy, own)]
    }),
  )
}

/** The checks on this payout, with these facts and at the levels of this policy. */
export function assessRisk(payout: Payout, policy: Policy, facts: RiskFacts): RiskAssessment {
  const checks = checkRisk(payout, facts).map((check) =>
    check.level === 'none' ? check : { ...check, level: policy.risk[check.id] ?? check.level },
  )
  return { level: highestLevel(checks), checks, at: facts.now.toISOString() }
}

/** Checks whose finding is a list that can grow at the same level: another sharer, another equal request. */
const lists: readonly RiskCheckId[] = ['shared_destination', 'same_request']

/**
 * What an assessment found, short enough that hundreds fit into a form: a digit for the level of each check, then a few letters for each
 * list. Leaves out times and counts, which change by themselves.
 */
export function riskMark({ checks }: Pick<RiskAssessment, 'checks'>): string {
  const byId = new Map(checks.map((check) => [check.id, check]))
  const levels = riskCheckIds.map((id) => riskLevels.indexOf(byId.get(id)?.level ?? 'none'))
  const found = lists.map((id) => {
    const check = byId.get(id)
    return check === undefined || check.level === 'none'
      ? '---'
      : digest([check.evidence, ...(check.payoutIds ?? [])].join('\n'))
  })
  return levels.join('') + found.join('')
}

const digest = (text: string) => createHash('sha256').update(text).digest('base64url').slice(0, 3)

/**
 * Is there something now that a person who saw `seen` doesn't know: a check that had found nothing, or less, or another list? What has
 * cleared since needs no second look. If `seen` is not a mark, nobody saw anything.
 */
export function findsMore(seen: string, now: RiskAssessment): boolean {
  const present = riskMark(now)
  if (seen.length !== present.length) return true
  return riskCheckIds.some((id, index) => {
    const level = Number(present.charAt(index))
    if (level > Number(seen.charAt(index)) || Number.isNaN(Number(seen.charAt(index)))) return true
    const list = lists.indexOf(id)
    if (list < 0 || level === 0) return false
    const at = riskCheckIds.length + list * 3
    return seen.slice(at, at + 3) !== present.slice(at, at + 3)
  })
}

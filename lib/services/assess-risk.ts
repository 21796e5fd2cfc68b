import type { Policy } from '#lib/payouts/policy.ts'
import { checkRisk, highestLevel } from '#lib/payouts/risk.ts'
import type { RiskAssessment } from '#lib/payouts/risk.ts'
import type { Deps, Payout } from './ports.ts'

/** The checks on this payout as things stand now, at the levels of the given rules. */
export async function assessRisk(
  deps: Pick<Deps, 'risk'>,
  payout: Payout,
  policy: Policy,
): Promise<RiskAssessment> {
  const facts = await deps.risk.facts(payout.id)
  const checks = checkRisk(payout, facts).map((check) =>
    check.level === 'none' ? check : { ...check, level: policy.risk[check.id] ?? check.level },
  )
  return { level: highestLevel(checks), checks, at: facts.now.toISOString() }
}

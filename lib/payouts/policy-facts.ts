/** A policy as single facts, and what differs between two versions. Words for them: lib/words/policy-text.ts. Pure. */
import { displayAmount } from './money.ts'
import { autoCaps, currencyPolicy, limitMinor, minorOf, payoutSources } from './policy.ts'
import type { ApprovalRule, ApproverRole, Limits, PayoutSource, Policy } from './policy.ts'
import { riskCheckIds } from './risk.ts'
import type { RiskCheckId, RiskLevel } from './risk.ts'

export const limitKeys = [
  'payout',
  'receiverDay',
  'receiverMonth',
  'approverDay',
] as const satisfies readonly (keyof Limits)[]

/** One thing that a policy says. Amounts are as `displayAmount` writes them, so that a fact can be sent to a browser. */
export type PolicyFact =
  /** `below` null: never. */
  | { kind: 'auto'; below: string | null; sources: readonly PayoutSource[] }
  | { kind: 'dayCap' | 'keyDayCap' | keyof Limits; most: string }
  /** `from` null: every amount. */
  | {
      kind: 'rule'
      name: string
      from: string | null
      source: ApprovalRule['source']
      approvers: number
      role?: ApproverRole
    }
  /** What no rule names. */
  | { kind: 'base' }
  /** A check that this merchant takes more or less seriously than usual. */
  | { kind: 'risk'; check: RiskCheckId; level: RiskLevel }

/** What a fact is about, the same in every version. */
export function factKey(fact: PolicyFact): string {
  if (fact.kind === 'rule') return `rule:${fact.name}`
  return fact.kind === 'risk' ? `risk:${fact.check}` : fact.kind
}

/** What holds in one currency, in the order that people ask about it. */
export function factsOf(policy: Policy, currency: string): PolicyFact[] {
  const { autoApprove, rules, limits } = currencyPolicy(policy, currency)
  const below = minorOf(autoApprove.below, currency)
  const { dayMinor, keyDayMinor } = autoCaps(policy, currency)
  const most = (kind: 'dayCap' | 'keyDayCap' | keyof Limits, minor: bigint | null): PolicyFact[] =>
    minor === null ? [] : [{ kind, most: displayAmount(minor, currency) }]
  return [
    below === 0n
      ? { kind: 'auto', below: null, sources: [] }
      : {
          kind: 'auto',
          below: displayAmount(below, currency),
          sources: payoutSources.filter((one) => autoApprove.sources.includes(one)),
        },
    ...most('dayCap', dayMinor),
    ...most('keyDayCap', keyDayMinor),
    ...rules
      .map((rule) => ({ ...rule, fromMinor: minorOf(rule.from, currency) }))
      .sort((a, b) => (a.fromMinor < b.fromMinor ? -1 : a.fromMinor > b.fromMinor ? 1 : 0))
      .map(({ name, fromMinor, source, approvers, role }): PolicyFact => {
        const from = fromMinor === 0n ? null : displayAmount(fromMinor, currency)
        return { kind: 'rule', name, from, source, approvers, ...(role && { role }) }
      }),
    { kind: 'base' },
    ...limitKeys.flatMap((which) => most(which, limitMinor(limits[which], currency))),
  ]
}

/** Only the checks that this merchant has changed. */
export const riskFacts = (policy: Policy): PolicyFact[] =>
  riskCheckIds.flatMap((check): PolicyFact[] => {
    const level = policy.risk[check]
    return level === undefined ? [] : [{ kind: 'risk', check, level }]
  })

/** One change. `currency` null: in the risk checks. `was` null: it is new; `becomes` null: it is gone. Never both. */
export type PolicyChange = { currency: string | null; was: PolicyFact | null; becomes: PolicyFact | null }

/** Everything that differs between two versions, currency by currency. Empty when they mean the same. */
export function policyDifference(before: Policy, after: Policy): PolicyChange[] {
  const currencies = [
    ...new Set([...Object.keys(before.currencies), ...Object.keys(after.currencies)]),
  ].sort()
  return [
    ...currencies.flatMap((currency) =>
      differing(currency, factsOf(before, currency), factsOf(after, currency)),
    ),
    ...differing(null, riskFacts(before), riskFacts(after)),
  ]
}

function differing(
  currency: string | null,
  before: readonly PolicyFact[],
  after: readonly PolicyFact[],
): PolicyChange[] {
  const byKey = (facts: readonly PolicyFact[]) => new Map(facts.map((fact) => [factKey(fact), fact]))
  const [was, becomes] = [byKey(before), byKey(after)]
  return [...new Set([...was.keys(), ...becomes.keys()])].flatMap((key) => {
    const [old, fresh] = [was.get(key) ?? null, becomes.get(key) ?? null]
    return JSON.stringify(old) === JSON.stringify(fresh) ? [] : [{ currency, was: old, becomes: fresh }]
  })
}

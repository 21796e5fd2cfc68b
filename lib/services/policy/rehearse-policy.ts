/** What a policy would have done with the payouts of the last days, beside what the one in force would have. */
import { currenciesPaid } from '#lib/services/endpoint/endpoint-book.ts'
import { readPolicy } from '#lib/contract/policy.ts'
import { may } from '#lib/payouts/permissions.ts'
import type { Actor } from '#lib/payouts/permissions.ts'
import { currencyPolicy, judge, limitMinor, minorOf, rolesAsked } from '#lib/payouts/policy.ts'
import type { ApproverRole, Policy } from '#lib/payouts/policy.ts'
import { policyDifference } from '#lib/payouts/policy-facts.ts'
import type { PolicyChange } from '#lib/payouts/policy-facts.ts'
import { refuse } from '#lib/payouts/refusals.ts'
import type { Refusal } from '#lib/payouts/refusals.ts'
import { highestLevel } from '#lib/payouts/risk.ts'
import type { Deps, PastLimits, PastPayouts } from '#lib/services/ports.ts'
import { withUnpaid } from './propose-policy.ts'

/** A quarter: long enough to cover ends of months, short enough to resemble today. */
const rehearsedDays = 90

export type RehearsalLine = {
  currency: string
  /** How many people must agree (0: nobody), or that it exceeds a limit; the two are counted apart. */
  outcome: number | 'over_limit'
  /** What one of them must be besides. */
  roles: ApproverRole[]
  inForce: number
  proposed: number
}
export type Rehearsal = {
  days: number
  /** How many payouts were looked at. */
  payouts: number
  /** Only outcomes that occur. By currency, then by number of people, over a limit last. */
  lines: RehearsalLine[]
}

/** Anybody who may see the policy may try another on the past. Nothing is stored. */
export async function rehearsePolicy(
  deps: Deps,
  actor: Actor,
  input: { policy: unknown },
): Promise<
  { ok: true; rehearsal: Rehearsal; changes: PolicyChange[] } | Refusal<'forbidden' | 'invalid_request'>
> {
  if (!may(actor, 'policy.see')) return refuse('forbidden')
  const currencies = await currenciesPaid(deps)
  const read = readPolicy(input.policy, currencies)
  if (!read.ok) return refuse('invalid_request', { errors: read.errors })
  const { body } = await deps.policy.active()
  const policy = withUnpaid(body, read.policy, currencies)
  return {
    ok: true,
    rehearsal: await rehearse(deps, body, policy),
    changes: policyDifference(body, policy),
  }
}

export async function rehearse(
  deps: Pick<Deps, 'policy'>,
  inForce: Policy,
  proposed: Policy,
): Promise<Rehearsal> {
  const [groups, overNow, overThen] = await Promise.all([
    // Neither policy can tell the payouts of a group apart, so judging one judges them all.
    deps.policy.past(rehearsedDays, [...cutsOf(inForce), ...cutsOf(proposed)]),
    deps.policy.pastOverLimits(rehearsedDays, limitsOf(inForce)),
    deps.policy.pastOverLimits(rehearsedDays, limitsOf(proposed)),
  ])
  const lines = new Map<string, RehearsalLine>()
  const add = (
    side: 'inForce' | 'proposed',
    currency: string,
    { outcome, roles }: Pick<RehearsalLine, 'outcome' | 'roles'>,
    count: number,
  ) => {
    const key = [currency, outcome, ...roles].join(' ')
    const line = lines.get(key) ?? { currency, outcome, roles, inForce: 0, proposed: 0 }
    lines.set(key, { ...line, [side]: line[side] + count })
  }
  for (const group of groups) {
    add('inForce', group.currency, outcomeOf(inForce, group), group.count)
    add('proposed', group.currency, outcomeOf(proposed, group), group.count)
  }
  for (const { currency, count } of overNow) add('inForce', currency, overLimit, count)
  for (const { currency, count } of overThen) add('proposed', currency, overLimit, count)
  return {
    days: rehearsedDays,
    payouts: groups.reduce((sum, { count }) => sum + count, 0),
    lines: [...lines.values()].sort(byCurrencyThenOutcome),
  }
}

const overLimit: Pick<RehearsalLine, 'outcome' | 'roles'> = { outcome: 'over_limit', roles: [] }

/** Checks that found something count at this policy's level, else at the level they had. */
function outcomeOf(policy: Policy, group: PastPayouts): Pick<RehearsalLine, 'outcome' | 'roles'> {
  const findings = group.findings.map(({ id, level }) => ({ level: policy.risk[id] ?? level }))
  const { approvers, demands } = judge(policy, group, {
    risk: highestLevel(findings),
    amountDiffers: false,
  })
  return { outcome: approvers, roles: rolesAsked(demands) }
}

/** Every amount at which this policy begins to say something else. */
const cutsOf = (policy: Policy) =>
  Object.entries(policy.currencies).flatMap(([currency, { autoApprove, rules }]) =>
    [autoApprove.below, ...rules.map(({ from }) => from)].map((decimal) => ({
      currency,
      atMinor: minorOf(decimal, currency),
    })),
  )

const limitsOf = (policy: Policy): PastLimits[] =>
  Object.keys(policy.currencies).map((currency) => {
    const { limits } = currencyPolicy(policy, currency)
    return {
      currency,
      payoutMinor: limitMinor(limits.payout, currency),
      receiverDayMinor: limitMinor(limits.receiverDay, currency),
      receiverMonthMinor: limitMinor(limits.receiverMonth, currency),
    }
  })

const order = ({ outcome }: RehearsalLine) => (outcome === 'over_limit' ? Infinity : outcome)
const byCurrencyThenOutcome = (a: RehearsalLine, b: RehearsalLine) =>
  a.currency === b.currency
    ? order(a) - order(b) || a.roles.length - b.roles.length
    : a.currency < b.currency
      ? -1
      : 1

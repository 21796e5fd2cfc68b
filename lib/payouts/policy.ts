/** The merchant's policy as data: who must agree to what, what needs nobody, and what is too much. Pure. */
import { autoReasons } from './auto-reasons.ts'
import { displayAmount, exponentOf } from './money.ts'
import type { RiskCheckId, RiskLevel } from './risk.ts'
import { twoReadingsOf } from './typed-amount.ts'

export const payoutSources = ['browser', 'desk', 'api'] as const
export type PayoutSource = (typeof payoutSources)[number]
/** The same, and batches. The policy judges a batch as what its file came through: the desk or the API. */
export const listedSources = [...payoutSources, 'batch'] as const
export type ListedSource = (typeof listedSources)[number]

/** What a rule can ask of one approver besides: that the same person has another account with this role. An account has one role. */
export const approverRoles = ['admin', 'clerk', 'auditor'] as const
export type ApproverRole = (typeof approverRoles)[number]

/** Amounts are decimal text in major units of their currency. */
export type ApprovalRule = {
  name: string
  /** Where the payout came from. */
  source: 'any' | PayoutSource
  /** From this amount on, inclusive; "0" is every amount. */
  from: string
  /** How many different people must agree. */
  approvers: number
  /** At least one of them must have this role too. Absent: it doesn't matter. */
  role?: ApproverRole
}

/** Null: no limit. Days and months are UTC. */
export type Limits = {
  payout: string | null
  receiverDay: string | null
  receiverMonth: string | null
  approverDay: string | null
}

export type CurrencyPolicy = {
  /** Strictly below this amount nobody needs to agree; "0" means never. */
  autoApprove: {
    below: string
    sources: PayoutSource[]
    /** The most that is approved automatically in one day (UTC), in total and for one API key. Absent or null: no cap. */
    dayCap?: string | null
    keyDayCap?: string | null
  }
  rules: ApprovalRule[]
  limits: Limits
}

export type Policy = {
  currencies: Record<string, CurrencyPolicy>
  /** Checks that this merchant takes more or less seriously than usual. */
  risk: Partial<Record<RiskCheckId, RiskLevel>>
}

export const noLimits: Limits = { payout: null, receiverDay: null, receiverMonth: null, approverDay: null }

/** For a currency without rules: one approver for everything, no automatic approval, no limit. */
export const plainCurrency: CurrencyPolicy = {
  autoApprove: { below: '0', sources: ['api'] },
  rules: [],
  limits: noLimits,
}

/** Version 0: before anybody has set a policy. */
export const firstPolicy: Policy = { currencies: {}, risk: {} }

export const maxApprovers = 5

export const currencyPolicy = (policy: Policy, currency: string): CurrencyPolicy =>
  policy.currencies[currency] ?? plainCurrency

/** Limits add up many payouts, so they may be longer than one amount. Still fits the database's integers easily. */
const wholeDigitsAtMost = 12

export type DecimalProblem = 'not_a_number' | 'two_readings' | 'too_many_digits' | 'too_long'

/** Reads a decimal of a policy into minor units. Zero is allowed, and so are more digits than one payout may have. */
export function readDecimal(
  text: string,
  currency: string,
): { ok: true; minor: bigint } | { ok: false; problem: DecimalProblem } {
  const match = /^0*(\d+)(?:\.(\d{1,18}))?$/.exec(text)
  if (!match) return { ok: false, problem: twoReadingsOf(text) ? 'two_readings' : 'not_a_number' }
  const [, whole = '', fraction = ''] = match
  const exponent = exponentOf(currency)
  if (whole.length > wholeDigitsAtMost) return { ok: false, problem: 'too_long' }
  if (fraction.length > exponent) return { ok: false, problem: 'too_many_digits' }
  return { ok: true, minor: BigInt(whole + fraction.padEnd(exponent, '0')) }
}

/** Minor units of a decimal that was validated when it was stored. Zero is allowed. */
export function minorOf(decimal: string, currency: string): bigint {
  const read = readDecimal(decimal, currency)
  if (!read.ok) throw new Error(`Bug: the policy has "${decimal}" ${currency}`)
  return read.minor
}

/** A limit in minor units, or null when there is none. */
export const limitMinor = (limit: string | null, currency: string): bigint | null =>
  limit === null ? null : minorOf(limit, currency)

/** One reason why somebody must agree. `from` and `source` are the rule's; absent on the portal's own demands and on old ones. */
export type Demand = {
  rule: string
  approvers: number
  /** As it is stored; pages show it by words. */
  why: string
  from?: string
  source?: ApprovalRule['source']
  role?: ApproverRole
}

/** What the policy looks at in a payout. */
export type Judged = {
  amountMinor: bigint
  currency: string
  /** Where the first payout of its chain of retries was asked for. */
  source: PayoutSource
  /** Is it a retry of one that ended unpaid? */
  askedAgain?: boolean
}

/** Names of the portal's own demands. No rule may have such a name. */
export const ownDemands = { base: 'Everything', highRisk: 'High risk' } as const

/**
 * Every rule that asks for people for this payout; the highest number counts. Without a rule it is one person. A HIGH risk asks for a
 * second one. Never empty.
 */
export function demandsOf(policy: Policy, payout: Judged, risk: RiskLevel): Demand[] {
  const { amountMinor, currency, source } = payout
  const demands: Demand[] = currencyPolicy(policy, currency).rules.flatMap((rule) => {
    const { name, source: of, from, approvers, role } = rule
    const fromMinor = minorOf(from, currency)
    if ((of !== 'any' && of !== source) || amountMinor < fromMinor) return []
    const why = `${whichPayouts(fromMinor, currency, of)}.`
    return [{ rule: name, approvers, why, from, source: of, ...(role && { role }) }]
  })
  if (demands.length === 0)
    demands.push({ rule: ownDemands.base, approvers: 1, why: 'No rule asks for more than one person.' })
  if (risk === 'high')
    demands.push({
      rule: ownDemands.highRisk,
      approvers: 2,
      why: 'A check says HIGH, so a second person must agree.',
    })
  return demands
}

const sourceWords = {
  browser: 'by receivers in the browser',
  desk: 'at the desk',
  api: 'by the API',
} as const satisfies Record<PayoutSource, string>

/** "asked for by the API or at the desk"; empty for all sources together. */
export const askedFor = (sources: readonly PayoutSource[]): string =>
  payoutSources.every((source) => sources.includes(source))
    ? ''
    : `, asked for ${payoutSources
        .filter((source) => sources.includes(source))
        .map((source) => sourceWords[source])
        .join(' or ')}`

/** "From 1,000.00 EUR, asked for at the desk", or "Every amount". */
export const whichPayouts = (fromMinor: bigint, currency: string, source: ApprovalRule['source']): string =>
  `${fromMinor === 0n ? 'Every amount' : `From ${displayAmount(fromMinor, currency)}`}${askedFor(source === 'any' ? payoutSources : [source])}`

/** How many different people must agree; at least one. */
export const approversNeeded = (demands: readonly Demand[]): number =>
  Math.max(1, ...demands.map(({ approvers }) => approvers))

/** The roles that one approver each must have besides; one person can have several of them. */
export const rolesAsked = (demands: readonly Pick<Demand, 'role'>[]): ApproverRole[] =>
  approverRoles.filter((role) => demands.some((demand) => demand.role === role))

export type PolicyVerdict = {
  /** Nobody needs to agree. */
  approved: boolean
  why: string
  /** Which rule asks for how many; empty when nobody needs to agree. */
  demands: Demand[]
  /** 0 when nobody needs to agree. */
  approvers: number
}

/** What was approved automatically today (UTC) in the payout's currency: in total, and for its API key. */
export type AutoToday = { allMinor: bigint; keyMinor: bigint }

/** Minor units; null: no cap. */
export type AutoCaps = { dayMinor: bigint | null; keyDayMinor: bigint | null }

export function autoCaps(policy: Policy, currency: string): AutoCaps {
  const { dayCap = null, keyDayCap = null } = currencyPolicy(policy, currency).autoApprove
  return { dayMinor: limitMinor(dayCap, currency), keyDayMinor: limitMinor(keyDayCap, currency) }
}

/** The currencies with automatic approval and no cap on how much a day. */
export const uncappedCurrencies = (policy: Policy): string[] =>
  Object.entries(policy.currencies)
    .filter(
      ([code, { autoApprove }]) =>
        minorOf(autoApprove.below, code) > 0n && autoCaps(policy, code).dayMinor === null,
    )
    .map(([code]) => code)
    .sort()

/** Those of `currencies` without an amount from which two people must agree, wherever a payout was asked for. */
export const currenciesWithoutTwo = (policy: Policy, currencies: readonly string[]): string[] =>
  currencies.filter((currency) => {
    const two = currencyPolicy(policy, currency).rules.filter(({ approvers }) => approvers >= 2)
    return !payoutSources.every((one) => two.some(({ source }) => source === 'any' || source === one))
  })

/** What the policy says about a payout. A HIGH risk, another amount named by Cardzo, or a retry is always for people. */
export function judge(
  policy: Policy,
  payout: Judged,
  {
    risk,
    amountDiffers,
    askedAlone = false,
    autoToday = { allMinor: 0n, keyMinor: 0n },
  }: { risk: RiskLevel; amountDiffers: boolean; askedAlone?: boolean; autoToday?: AutoToday },
): PolicyVerdict {
  const { autoApprove } = currencyPolicy(policy, payout.currency)
  const below = minorOf(autoApprove.below, payout.currency)
  const demands = demandsOf(policy, payout, risk)
  const people = (why: string) => ({ approved: false, why, demands, approvers: approversNeeded(demands) })
  if (below === 0n) return people(autoReasons.none)
  if (!autoApprove.sources.includes(payout.source)) return people(autoReasons[payout.source])
  // One person retried it, and no rule looks at who; the payout that ended may have been stopped on purpose.
  if (payout.askedAgain) return people(autoReasons.again)
  if (amountDiffers) return people(autoReasons.amount_differs)
  if (risk === 'high') return people(autoReasons.high_risk)
  if (askedAlone) return people(autoReasons.asked_alone)
  if (payout.amountMinor >= below) return people(autoReasons.not_below)
  const { dayMinor, keyDayMinor } = autoCaps(policy, payout.currency)
  if (dayMinor !== null && autoToday.allMinor + payout.amountMinor > dayMinor)
    return people(autoReasons.day_cap)
  if (keyDayMinor !== null && autoToday.keyMinor + payout.amountMinor > keyDayMinor)
    return people(autoReasons.key_day_cap)
  return { approved: true, why: autoReasons.below, demands: [], approvers: 0 }
}

/** The most people that any rule asks for. */
export const mostApprovers = (policy: Policy): number =>
  Math.max(1, ...Object.values(policy.currencies).flatMap(({ rules }) => rules.map((rule) => rule.approvers)))

/** Each rule that asks for a role, whatever it is for. */
export const rulesWithRole = (policy: Policy): { name: string; role: ApproverRole }[] =>
  Object.values(policy.currencies).flatMap(({ rules }) =>
    rules.flatMap(({ name, role }) => (role === undefined ? [] : [{ name, role }])),
  )

/** The merchant's rules as data: who must agree to what, what needs nobody, and what is too much. Pure. */
import { formatAmount, parseAmount } from './money.ts'
import type { RiskCheckId, RiskLevel } from './risk.ts'

export const payoutSources = ['browser', 'desk', 'api'] as const
export type PayoutSource = (typeof payoutSources)[number]

/** Amounts are decimal strings in major units of the currency they stand under. */
export type ApprovalRule = {
  name: string
  /** Where the payout came from. */
  source: 'any' | PayoutSource
  /** From this amount on, inclusive; "0" is every amount. */
  from: string
  /** How many different people must agree. */
  approvers: number
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
  autoApprove: { below: string; sources: PayoutSource[] }
  rules: ApprovalRule[]
  limits: Limits
}

export type Policy = {
  currencies: Record<string, CurrencyPolicy>
  /** Checks that this merchant takes more or less seriously than the portal does. */
  risk: Partial<Record<RiskCheckId, RiskLevel>>
}

export const noLimits: Limits = { payout: null, receiverDay: null, receiverMonth: null, approverDay: null }

/** What holds for a currency that nobody has written rules for: one approver for everything, nothing by itself, no limit. */
export const plainCurrency: CurrencyPolicy = {
  autoApprove: { below: '0', sources: ['api'] },
  rules: [],
  limits: noLimits,
}

/** Version 0: before anybody has set rules. */
export const firstPolicy: Policy = { currencies: {}, risk: {} }

export const maxApprovers = 5

export const currencyPolicy = (policy: Policy, currency: string): CurrencyPolicy =>
  policy.currencies[currency] ?? plainCurrency

/** Minor units of a decimal that was validated when it was stored; zero is allowed. */
export function minorOf(decimal: string, currency: string): bigint {
  if (/^0+(\.0+)?$/.test(decimal)) return 0n
  const parsed = parseAmount(decimal, currency)
  if (!parsed.ok) throw new Error(`Bug: the rules hold "${decimal}" ${currency}`)
  return parsed.amountMinor
}

/** A limit in minor units, or null when there is none. */
export const limitMinor = (limit: string | null, currency: string): bigint | null =>
  limit === null ? null : minorOf(limit, currency)

/** One reason why somebody must agree, in words for the payout's page. */
export type Demand = { rule: string; approvers: number; why: string }

/**
 * Every rule that asks for people for this payout; the highest number counts. Without a rule one person is asked for. A HIGH risk asks
 * for a second one. Never empty.
 */
export function demandsOf(
  policy: Policy,
  payout: { amountMinor: bigint; currency: string; source: PayoutSource },
  risk: RiskLevel,
): Demand[] {
  const { amountMinor, currency, source } = payout
  const demands = currencyPolicy(policy, currency).rules.flatMap(({ name, source: of, from, approvers }) => {
    if ((of !== 'any' && of !== source) || amountMinor < minorOf(from, currency)) return []
    const least = formatAmount(minorOf(from, currency), currency)
    return [
      {
        rule: name,
        approvers,
        why: `From ${least} ${currency}${of === 'any' ? '' : `, asked for by ${of}`}.`,
      },
    ]
  })
  if (demands.length === 0)
    demands.push({ rule: 'Everything', approvers: 1, why: 'No rule asks for more than one person.' })
  if (risk === 'high')
    demands.push({
      rule: 'High risk',
      approvers: 2,
      why: 'A check below is HIGH, so a second person must agree.',
    })
  return demands
}

export const approversNeeded = (demands: readonly Demand[]): number =>
  Math.max(...demands.map(({ approvers }) => approvers))

/** The shape of the policy as an administrator proposes it. Decimals come back as they are stored: with all of the currency's digits. */
import { z } from 'zod'
import { amountProblem, formatAmount } from '#lib/payouts/money.ts'
import type { InputProblem, Said } from '#lib/payouts/input-problems.ts'
import { approverRoles, maxApprovers, ownDemands, payoutSources, readDecimal } from '#lib/payouts/policy.ts'
import type { CurrencyPolicy, Policy } from '#lib/payouts/policy.ts'
import { riskCheckIds, riskLevels } from '#lib/payouts/risk.ts'
import { lineProblem, tidyLine } from '#lib/payouts/text.ts'
import { typedAmount } from '#lib/payouts/typed-amount.ts'
import { customIssue, describeIssue } from './describe-issue.ts'
import { issueWords } from './issue-words.ts'

/** More than anybody can keep in mind. */
export const rulesAtMost = 20
const ruleNameMaxCharacters = 60

/** A decimal of this currency; a limit of zero would stop everything, so it is taken for a mistake. */
const decimal = (currency: string, zero: 'allowed' | 'refused') =>
  z.string().transform((typed, context) => {
    const text = typedAmount(typed)
    const read = readDecimal(text, currency)
    if (!read.ok) {
      context.addIssue(customIssue(amountProblem(read.problem, text, currency)))
      return z.NEVER
    }
    if (read.minor === 0n && zero === 'refused') {
      context.addIssue(customIssue({ code: 'limitZero' }))
      return z.NEVER
    }
    return formatAmount(read.minor, currency)
  })

const ruleName = z
  .string()
  .overwrite(tidyLine)
  .min(1)
  .max(ruleNameMaxCharacters)
  .superRefine((text, context) => {
    const said = lineProblem(text)
    if (said) context.addIssue(customIssue(said))
  })

const approversProblem = `Choose from 1 to ${maxApprovers} approvers.`

const ruleSchema = (currency: string) =>
  z.strictObject({
    name: ruleName,
    source: z.enum(['any', ...payoutSources], { error: 'Choose where such payouts come from.' }),
    from: decimal(currency, 'allowed'),
    approvers: z
      .int({ error: approversProblem })
      .min(1, approversProblem)
      .max(maxApprovers, approversProblem),
    role: z.enum(approverRoles, { error: 'Choose a role, or none.' }).exactOptional(),
  })

const currencySchema = (currency: string) => {
  const limit = decimal(currency, 'refused').nullable()
  return z
    .strictObject({
      autoApprove: z.strictObject({
        below: decimal(currency, 'allowed'),
        sources: z
          .array(z.enum(payoutSources))
          .transform((sources) => payoutSources.filter((one) => sources.includes(one))),
        dayCap: limit.exactOptional(),
        keyDayCap: limit.exactOptional(),
      }),
      rules: z.array(ruleSchema(currency)).max(rulesAtMost),
      limits: z.strictObject({
        payout: limit,
        receiverDay: limit,
        receiverMonth: limit,
        approverDay: limit,
      }),
    })
    .superRefine((own, context) => {
      for (const { path, said } of [...namesakes(own), ...crossed(own, currency), ...nowhere(own, currency)])
        context.addIssue(customIssue(said, path))
    })
}

type Complaint = { path: (string | number)[]; said: Said }

const amountOf = (text: string, currency: string): bigint => {
  const read = readDecimal(text, currency)
  return read.ok ? read.minor : 0n
}

/** The payout's page names the rule that applied: two with one name, or one named like the portal's own, would mislead. */
function namesakes({ rules }: CurrencyPolicy): Complaint[] {
  const taken = new Set(Object.values(ownDemands).map((name) => name.toLowerCase()))
  return rules.flatMap(({ name }, index) => {
    const isTaken = taken.has(name.toLowerCase())
    taken.add(name.toLowerCase())
    return isTaken ? [{ path: ['rules', index, 'name'], said: { code: 'ruleTaken' } }] : []
  })
}

/** A narrower limit above a wider one could never be reached. */
function crossed({ limits }: CurrencyPolicy, currency: string): Complaint[] {
  const pairs = [
    ['payout', 'receiverDay'],
    ['payout', 'receiverMonth'],
    ['receiverDay', 'receiverMonth'],
    ['payout', 'approverDay'],
  ] as const
  return pairs.flatMap(([narrow, wide]) => {
    const [low, high] = [limits[narrow], limits[wide]]
    if (low === null || high === null || amountOf(low, currency) <= amountOf(high, currency)) return []
    return [
      { path: ['limits', wide], said: { code: narrow === 'payout' ? 'belowPayoutLimit' : 'belowDayLimit' } },
    ]
  })
}

function nowhere({ autoApprove }: CurrencyPolicy, currency: string): Complaint[] {
  return amountOf(autoApprove.below, currency) > 0n && autoApprove.sources.length === 0
    ? [{ path: ['autoApprove', 'sources'], said: { code: 'sourcesNone' } }]
    : []
}

/** A policy for the currencies that this installation pays. */
const policySchema = (currencies: readonly string[]) =>
  z.strictObject({
    currencies: z.strictObject(
      Object.fromEntries(currencies.map((code) => [code, currencySchema(code).optional()])),
    ),
    risk: z.partialRecord(z.enum(riskCheckIds), z.enum(riskLevels)),
  })

/** The policy as it is stored, or everything that is wrong with it. */
export function readPolicy(
  input: unknown,
  currencies: readonly string[],
): { ok: true; policy: Policy } | { ok: false; errors: InputProblem[] } {
  const read = policySchema(currencies).safeParse(input, { error: issueWords })
  if (read.success) {
    const known = Object.entries(read.data.currencies).filter(
      (entry): entry is [string, CurrencyPolicy] => entry[1] !== undefined,
    )
    return { ok: true, policy: { currencies: Object.fromEntries(known), risk: read.data.risk } }
  }
  return { ok: false, errors: read.error.issues.flatMap(describe) }
}

function describe(issue: z.core.$ZodIssue): InputProblem[] {
  const ofCurrencies = issue.path.length === 1 && issue.path[0] === 'currencies'
  if (issue.code !== 'unrecognized_keys' || !ofCurrencies) return describeIssue(issue)
  return describeIssue(issue).map(({ path }) => ({ path, said: { code: 'currencyUnpaid' } }))
}

/** A policy in plain sentences, and what differs between two versions. Pure. */
import { displayAmount } from './money.ts'
import {
  askedFor,
  autoCaps,
  currencyPolicy,
  limitMinor,
  minorOf,
  ownDemands,
  whichPayouts,
} from './policy.ts'
import type { Limits, Policy } from './policy.ts'
import { riskCheckIds, riskNames } from './risk.ts'
import type { RiskLevel } from './risk.ts'

/** `key` is the same in every version; `name` is for people. */
export type Sentence = { key: string; name: string; text: string }

const numbers = [
  'nobody',
  'one approver',
  'two approvers',
  'three approvers',
  'four approvers',
  'five approvers',
]

/** "two approvers". */
export const approversText = (count: number): string => numbers[count] ?? `${count} approvers`

export const limitNames = {
  payout: 'One payout',
  receiverDay: 'One receiver a day',
  receiverMonth: 'One receiver a month',
  approverDay: 'One approver a day',
} as const satisfies Record<keyof Limits, string>

export const limitKeys = [
  'payout',
  'receiverDay',
  'receiverMonth',
  'approverDay',
] as const satisfies readonly (keyof Limits)[]

const limitTexts = {
  payout: (most) => `At most ${most}.`,
  receiverDay: (most) => `Asks for at most ${most} on one day (UTC).`,
  receiverMonth: (most) => `Asks for at most ${most} in one month (UTC).`,
  approverDay: (most) => `Approves at most ${most} on one day (UTC).`,
} as const satisfies Record<keyof Limits, (most: string) => string>

/** What holds in one currency, in the order that people ask about it. */
export function sentencesOf(policy: Policy, currency: string): Sentence[] {
  const { autoApprove, rules, limits } = currencyPolicy(policy, currency)
  const below = minorOf(autoApprove.below, currency)
  const sentences: Sentence[] = [
    {
      key: 'auto',
      name: 'Automatic approval',
      text:
        below === 0n
          ? 'Never.'
          : `Below ${displayAmount(below, currency)}${askedFor(autoApprove.sources)}, unless a check says HIGH.`,
    },
    ...capSentences(policy, currency),
    ...rules
      .map((rule) => ({ ...rule, fromMinor: minorOf(rule.from, currency) }))
      .sort((a, b) => (a.fromMinor < b.fromMinor ? -1 : a.fromMinor > b.fromMinor ? 1 : 0))
      .map(({ name, fromMinor, source, approvers }) => ({
        key: `rule:${name}`,
        name,
        text: `${whichPayouts(fromMinor, currency, source)}: ${approversText(approvers)}.`,
      })),
    { key: 'base', name: ownDemands.base, text: `What no rule names: ${approversText(1)}.` },
  ]
  for (const which of limitKeys) {
    const most = limitMinor(limits[which], currency)
    if (most !== null)
      sentences.push({
        key: `limit:${which}`,
        name: limitNames[which],
        text: limitTexts[which](displayAmount(most, currency)),
      })
  }
  return sentences
}

function capSentences(policy: Policy, currency: string): Sentence[] {
  const { dayMinor, keyDayMinor } = autoCaps(policy, currency)
  const cap = (key: string, name: string, most: bigint | null): Sentence[] =>
    most === null ? [] : [{ key, name, text: `At most ${displayAmount(most, currency)} on one day (UTC).` }]
  return [...cap('auto:day', capNames.dayCap, dayMinor), ...cap('auto:key', capNames.keyDayCap, keyDayMinor)]
}

export const capNames = {
  dayCap: 'Approved automatically a day',
  keyDayCap: 'Approved automatically a day for one API key',
} as const

const levelTexts = {
  none: 'Does not count.',
  low: 'Counts as low.',
  medium: 'Counts as medium.',
  high: 'Counts as HIGH: two approvers, never automatic.',
} as const satisfies Record<RiskLevel, string>

/** Only the checks that this merchant has changed. */
export const riskSentences = (policy: Policy): Sentence[] =>
  riskCheckIds.flatMap((id) => {
    const level = policy.risk[id]
    return level === undefined ? [] : [{ key: `risk:${id}`, name: riskNames[id], text: levelTexts[level] }]
  })

/** One change. `currency` null: in the risk checks. `was` null: it is new; `becomes` null: it is gone. */
export type PolicyChange = {
  currency: string | null
  name: string
  was: string | null
  becomes: string | null
}

/** Everything that differs between two versions, currency by currency. Empty when they mean the same. */
export function policyDifference(before: Policy, after: Policy): PolicyChange[] {
  const currencies = [
    ...new Set([...Object.keys(before.currencies), ...Object.keys(after.currencies)]),
  ].sort()
  return [
    ...currencies.flatMap((currency) =>
      differing(sentencesOf(before, currency), sentencesOf(after, currency)).map((change) => ({
        currency,
        ...change,
      })),
    ),
    ...differing(riskSentences(before), riskSentences(after)).map((change) => ({
      currency: null,
      ...change,
    })),
  ]
}

function differing(before: readonly Sentence[], after: readonly Sentence[]) {
  const was = new Map(before.map((sentence) => [sentence.key, sentence]))
  const becomes = new Map(after.map((sentence) => [sentence.key, sentence]))
  return [...new Set([...was.keys(), ...becomes.keys()])].flatMap((key) => {
    const [old, fresh] = [was.get(key), becomes.get(key)]
    if (old?.text === fresh?.text) return []
    return [{ name: fresh?.name ?? old?.name ?? key, was: old?.text ?? null, becomes: fresh?.text ?? null }]
  })
}

/** The form of the policy as it is typed: the text of each input, and what it asks for. Inputs are named by paths of the policy. */
import { rulesAtMost } from '#lib/contract/policy.ts'
import { currencyPolicy, payoutSources } from '#lib/payouts/policy.ts'
import type { Limits, PayoutSource, Policy } from '#lib/payouts/policy.ts'
import { limitKeys } from '#lib/payouts/policy-facts.ts'
import { riskCheckIds } from '#lib/payouts/risk.ts'
import type { RiskCheckId } from '#lib/payouts/risk.ts'

/** `role` empty: it doesn't matter. */
export type RuleDraft = { name: string; source: string; from: string; approvers: string; role: string }
export type CurrencyDraft = {
  below: string
  sources: PayoutSource[]
  /** Empty: no cap. */
  dayCap: string
  keyDayCap: string
  rules: RuleDraft[]
  /** Empty: no limit. */
  limits: Record<keyof Limits, string>
}
export type Draft = {
  currencies: Record<string, CurrencyDraft>
  /** Empty: as usual. */
  risk: Record<RiskCheckId, string>
  reason: string
}

export const emptyRule: RuleDraft = { name: '', source: 'any', from: '', approvers: '2', role: '' }

/** What is in force, to begin with. */
export function draftOf(policy: Policy, currencies: readonly string[]): Draft {
  return {
    currencies: Object.fromEntries(
      currencies.map((code): [string, CurrencyDraft] => {
        const { autoApprove, rules, limits } = currencyPolicy(policy, code)
        return [
          code,
          {
            below: autoApprove.below,
            sources: autoApprove.sources,
            dayCap: autoApprove.dayCap ?? '',
            keyDayCap: autoApprove.keyDayCap ?? '',
            rules: rules.map((rule) => ({
              ...rule,
              approvers: String(rule.approvers),
              role: rule.role ?? '',
            })),
            limits: byLimit((which) => limits[which] ?? ''),
          },
        ]
      }),
    ),
    risk: byCheck((id) => policy.risk[id] ?? ''),
    reason: '',
  }
}

/** What was sent. A rule with neither name nor amount is left out. */
export function draftFrom(form: FormData, currencies: readonly string[]): Draft {
  const text = (name: string) => {
    const value = form.get(name)
    return typeof value === 'string' ? value.trim() : ''
  }
  const ruleAt = (path: string): RuleDraft => ({
    name: text(`${path}.name`),
    source: text(`${path}.source`),
    from: text(`${path}.from`),
    approvers: text(`${path}.approvers`),
    role: text(`${path}.role`),
  })
  return {
    currencies: Object.fromEntries(
      currencies.map((code): [string, CurrencyDraft] => {
        // One more than allowed, so that too many are reported and not silently cut off.
        const count = Math.min(Number(text(`${code}.rules`)) || 0, rulesAtMost + 1)
        const rules = Array.from({ length: count }, (_, index) => ruleAt(`${code}.rules.${index}`))
        const sources = form.getAll(`${code}.autoApprove.sources`)
        return [
          code,
          {
            below: text(`${code}.autoApprove.below`),
            sources: payoutSources.filter((source) => sources.includes(source)),
            dayCap: text(`${code}.autoApprove.dayCap`),
            keyDayCap: text(`${code}.autoApprove.keyDayCap`),
            rules: rules.filter(({ name, from }) => name !== '' || from !== ''),
            limits: byLimit((which) => text(`${code}.limits.${which}`)),
          },
        ]
      }),
    ),
    risk: byCheck((id) => text(`risk.${id}`)),
    reason: text('reason'),
  }
}

/** In the shape of a policy, to be judged by lib/contract/policy.ts. */
export function policyFrom({ currencies, risk }: Draft): unknown {
  return {
    currencies: Object.fromEntries(
      Object.entries(currencies).map(([code, { below, sources, dayCap, keyDayCap, rules, limits }]) => [
        code,
        {
          autoApprove: {
            below: below === '' ? '0' : below,
            sources,
            ...(dayCap !== '' && { dayCap }),
            ...(keyDayCap !== '' && { keyDayCap }),
          },
          rules: rules.map(({ role, ...rule }) => ({
            ...rule,
            ...(role !== '' && { role }),
            from: rule.from === '' ? '0' : rule.from,
            approvers: /^\d$/.test(rule.approvers) ? Number(rule.approvers) : 0,
          })),
          limits: byLimit((which) => (limits[which] === '' ? null : limits[which])),
        },
      ]),
    ),
    risk: Object.fromEntries(Object.entries(risk).filter(([, level]) => level !== '')),
  }
}

/** `add:EUR` and `remove:EUR:1`, as the buttons beside each rule say; null for what does not change rows. */
export function changeRows(draft: Draft, intent: string): { draft: Draft; currency: string } | null {
  const match = /^(?:add:([A-Z]{3})|remove:([A-Z]{3}):(\d{1,2}))$/.exec(intent)
  const code = match?.[1] ?? match?.[2]
  const own = code === undefined ? undefined : draft.currencies[code]
  if (!match || code === undefined || !own) return null
  const rules =
    match[1] === undefined
      ? own.rules.filter((_, index) => index !== Number(match[3]))
      : [...own.rules, emptyRule]
  return {
    currency: code,
    draft: { ...draft, currencies: { ...draft.currencies, [code]: { ...own, rules } } },
  }
}

/** Which input a problem belongs to. */
export const inputOf = (path: string): string => path.replace(/^currencies\./, '')

const byLimit = <T>(valueOf: (which: keyof Limits) => T) =>
  Object.fromEntries(limitKeys.map((which) => [which, valueOf(which)])) as Record<keyof Limits, T>

const byCheck = (valueOf: (id: RiskCheckId) => string) =>
  Object.fromEntries(riskCheckIds.map((id) => [id, valueOf(id)])) as Record<RiskCheckId, string>

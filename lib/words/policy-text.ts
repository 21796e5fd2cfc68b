/** What a policy says, as people read it. */
import { payoutSources } from '#lib/payouts/policy.ts'
import type { PayoutSource } from '#lib/payouts/policy.ts'
import type { PolicyFact } from '#lib/payouts/policy-facts.ts'
import type { Locale } from './locales.ts'
import { moneyText } from './money.ts'
import type { Words } from './words.ts'

/** The two areas that a policy needs, and the language of its amounts. */
export type PolicyWords = { locale: Locale; t: Words<'policy'>; risk: Words<'risk'> }

/** What the fact is about: "Automatic approval", or the name of a rule. */
export function factName({ t, risk }: PolicyWords, fact: PolicyFact): string {
  if (fact.kind === 'rule') return fact.name
  return fact.kind === 'risk' ? risk(`check.${fact.check}`) : t(`name.${fact.kind}`)
}

/** "From 1,000.00 EUR: 2 approvers." */
export function factText({ t, locale }: PolicyWords, fact: PolicyFact): string {
  switch (fact.kind) {
    case 'auto': {
      if (fact.below === null) return t('auto.never')
      const [below, by] = [moneyText(locale, fact.below), byText(t, fact.sources)]
      return by === null ? t('auto.any', { below }) : t('auto.by', { below, by })
    }
    case 'rule': {
      const besides = fact.role === undefined ? '' : ` ${t(`rule.role.${fact.role}`)}`
      const by = byText(t, fact.source === 'any' ? payoutSources : [fact.source])
      const n = fact.approvers
      if (fact.from === null)
        return (by === null ? t('rule.every', { n }) : t('rule.everyBy', { n, by })) + besides
      const from = moneyText(locale, fact.from)
      return (by === null ? t('rule.from', { from, n }) : t('rule.fromBy', { from, n, by })) + besides
    }
    case 'base':
      return t('base')
    case 'risk':
      return t(`risk.${fact.level}`)
    case 'dayCap':
    case 'keyDayCap':
    case 'payout':
    case 'receiverDay':
    case 'receiverMonth':
    case 'approverDay':
      return t(`most.${fact.kind}`, { most: moneyText(locale, fact.most) })
  }
}

/** "at the desk or through the API"; null for all sources together. */
function byText(t: Words<'policy'>, sources: readonly PayoutSource[]): string | null {
  const [browser, desk, api] = payoutSources.map((source) => sources.includes(source))
  if (browser && desk && api) return null
  if (browser && desk) return t('by.browser_desk')
  if (browser && api) return t('by.browser_api')
  if (desk && api) return t('by.desk_api')
  return t(browser ? 'by.browser' : desk ? 'by.desk' : 'by.api')
}

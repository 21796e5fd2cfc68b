/** What a risk check found, in words. A new check without words doesn't compile. */
import { enoughPayments } from '#lib/payouts/risk.ts'
import type { RiskCheck, RiskCheckId, RiskFound } from '#lib/payouts/risk.ts'
import type { Locale } from '#lib/words/locales.ts'
import { moneyText } from '#lib/words/money.ts'
import { dayText } from '#lib/words/times.ts'
import type { Words } from '#lib/words/words.ts'

type Say = { t: Words<'risk'>; locale: Locale; currency: string }

/** Null: the assessment is from before findings were kept as figures, and has one English sentence. */
export function foundText(say: Say, { id, found }: Pick<RiskCheck, 'id' | 'found'>): string | null {
  return found === undefined ? null : sentences[id](found, say)
}

const sentences = {
  first_payment: ({ n = 0 }, { t, currency }) => t('found.first_payment', { n, currency }),
  new_destination: ({ n = 0, day }, { t, locale }) =>
    n === 0 && day !== undefined
      ? t('found.newDestination', { day: dayText(locale, new Date(day)) })
      : t('found.knownDestination', { n }),
  shared_destination: ({ receivers = [], n = 0 }, { t }) => {
    if (receivers.length === 0) return t('found.notShared')
    const names = receivers.join(', ')
    return n === 0
      ? t('found.shared', { receivers: names })
      : t('found.sharedByMore', { receivers: names, n })
  },
  name_differs: ({ n = 0 }, { t }) => t(n === 0 ? 'found.nameAgrees' : 'found.nameDiffers'),
  amount_above_history: ({ n = 0, amount }, { t, locale }) =>
    n < enoughPayments || amount === undefined
      ? t('found.fewPayments', { n: enoughPayments })
      : t('found.largest', { amount: moneyText(locale, amount) }),
  same_request: ({ n = 0, amount = '' }, { t, locale }) =>
    t('found.same_request', { n, amount: moneyText(locale, amount) }),
  many_requests: ({ n = 0 }, { t }) => t('found.many_requests', { n }),
  contact_changed: ({ n }, { t }) =>
    n === undefined ? t('found.emailUnchanged') : t('found.emailChanged', { n }),
} as const satisfies Record<RiskCheckId, (found: RiskFound, say: Say) => string>

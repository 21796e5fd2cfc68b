/** Refusals as people read them. */
import type { RefusalDetail } from '#lib/payouts/refusal-details.ts'
import type { RefusalCode } from '#lib/payouts/refusals.ts'
import type { Locale } from './locales.ts'
import { moneyText } from './money.ts'
import { timeText } from './times.ts'
import { wordsFor } from './words.ts'

/** What a refusal means, then its detail. */
export function refusalText(
  locale: Locale,
  { code, detail }: { code: RefusalCode; detail?: RefusalDetail | undefined },
): string {
  const text = wordsFor(locale, 'refusals')(code)
  return detail === undefined ? text : `${text} ${detailText(locale, detail)}`
}

/** Times are UTC. */
export function detailText(locale: Locale, detail: RefusalDetail): string {
  const t = wordsFor(locale, 'refusals')
  const money = (display: string) => moneyText(locale, display)
  switch (detail.code) {
    case 'accountUnreadable':
    case 'typeAccount':
    case 'howYouKnow':
      return t(`detail.${detail.code}`)
    case 'by':
      return t('detail.by', { names: detail.names })
    case 'isNow':
      return t('detail.isNow', { status: wordsFor(locale, 'status')(`label.${detail.status}`) })
    case 'usedToday':
      return t('detail.usedToday', { used: money(detail.used), most: money(detail.most) })
    case 'available':
      return t('detail.available', { amount: money(detail.amount) })
    case 'availableNow':
    case 'availableInParts': {
      const { code, now, then, from } = detail
      return t(`detail.${code}`, { now: money(now), later: money(then), at: timeText(locale, from) })
    }
    case 'mostPerPayout':
    case 'mostToday':
    case 'mostThisMonth':
      return t(`detail.${detail.code}`, { most: money(detail.most) })
    case 'gave':
      return t('detail.gave', { amount: money(detail.amount), receiver: detail.receiver })
    case 'row':
      return t('detail.row', { reference: detail.reference })
    case 'roleNeeded':
      return t(`detail.roleNeeded.${detail.role}`)
    case 'roleLacking':
      return t('detail.roleLacking', { rule: detail.rule, role: detail.role })
    case 'approversLacking':
      return t('detail.approversLacking', { asked: detail.asked, able: detail.able })
  }
}

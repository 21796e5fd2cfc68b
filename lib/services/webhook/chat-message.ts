/** What the staff's chat reads: what happened and a link. A link never decides, and no name and no account digit is in it. */
import { displayAmount } from '#lib/payouts/money.ts'
import { payoutStatuses } from '#lib/payouts/transitions.ts'
import { moneyText } from '#lib/words/money.ts'
import type { Locale } from '#lib/words/locales.ts'
import { wordsFor } from '#lib/words/words.ts'
import { itemTitle } from '#lib/services/desk/item-title.ts'
import type { Config, WebhookEvent } from '#lib/services/ports.ts'

/** One line for each event, in their order. */
export function chatMessage(
  config: Pick<Config, 'appUrl'>,
  locale: Locale,
  events: readonly WebhookEvent[],
): string {
  return events.map((event) => `${sayOf(locale, event)} ${config.appUrl}${pathOf(event)}`).join('\n')
}

function sayOf(locale: Locale, { type, payout, grant, data }: WebhookEvent): string {
  const t = wordsFor(locale, 'webhooks')
  const of = payout ?? grant
  const amount = of ? moneyText(locale, displayAmount(of.amountMinor, of.currency)) : ''
  const textOf = (name: string) => (typeof data[name] === 'string' ? data[name] : '')
  const status = payoutStatuses.find((one) => type === `payout.${one}`)
  if (status) return t('say.payout', { amount, status: wordsFor(locale, 'status')(`label.${status}`) })
  const reference = grant?.reference ?? ''
  if (type === 'grant.created') return t('say.grantCreated', { amount, reference })
  if (type === 'grant.reversed') return t('say.grantReversed', { amount, reference })
  if (type === 'payout.changed_after_end') return t('say.changedAfterEnd', { amount, said: textOf('said') })
  const what = itemTitle(locale, textOf('kind'))
  if (type === 'item.opened') return t('say.itemOpened', { what })
  if (type === 'item.closed') return t('say.itemClosed', { what })
  if (type === 'item.escalated') return t('say.itemEscalated', { what })
  return t('say.test')
}

const pathOf = ({ type, payout, data }: WebhookEvent): string => {
  if (payout) return `/desk/payouts/${payout.id}`
  if (type.startsWith('grant.')) return '/desk/balances'
  if (type === 'webhook.test') return '/desk/webhooks'
  return data['kind'] === 'webhook_failed' ? '/desk/webhooks' : '/desk'
}

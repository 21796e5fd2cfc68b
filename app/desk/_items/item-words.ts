/** What an open item says on a page. The sentence that was stored with it is a technical detail: it is English, and quotes Cardzo. */
import { isolated } from '#lib/payouts/text.ts'
import type { OpenItem } from '#lib/services/ports.ts'
import type { Words } from '#lib/words/words.ts'

export const proposalPages = {
  policy: '/desk/policy',
  settings: '/desk/settings',
  moving: '/desk/moving',
  keys: '/desk/keys',
  webhooks: '/desk/webhooks',
  users: '/desk/users',
} as const

/** What a proposal is about. Items of older releases name the policy's old address, or none. */
export function proposalOf({ data }: Pick<OpenItem, 'data'>): keyof typeof proposalPages {
  const page = data?.['page']
  if (page === '/desk/policy' || page === '/desk/rules') return 'policy'
  if (page === '/desk/settings') return 'settings'
  if (page === '/desk/moving') return 'moving'
  if (page === '/desk/webhooks') return 'webhooks'
  return page === '/desk/keys' ? 'keys' : 'users'
}

/**
 * Every kind has words, or this doesn't compile. What Cardzo or people wrote is marked by `isolated`, for `Sentence`. Details may be absent:
 * items of older releases have fewer.
 */
export function itemWords(
  t: Words<'itemKinds'>,
  item: Pick<OpenItem, 'kind' | 'data'>,
): { title: string; text: string } {
  const { kind, data = {} } = item
  const textOf = (name: string) => {
    const value = data[name]
    return typeof value === 'string' && value !== '' ? isolated(value) : null
  }
  switch (kind) {
    case 'other_order_id':
      return { title: t(`${kind}.title`, { order: textOf('orderId') ?? '?' }), text: t(`${kind}.text`) }
    case 'unlisted_word':
      return { title: t(`${kind}.title`, { word: textOf('word') ?? '?' }), text: t(`${kind}.text`) }
    case 'code_without_words':
      return { title: t(`${kind}.title`, { code: textOf('code') ?? '?' }), text: t(`${kind}.text`) }
    case 'amount_differs': {
      const amount = textOf('amount')
      return {
        title: amount === null ? t(`${kind}.title`) : t(`${kind}.named`, { amount }),
        text: data['ended'] === true ? t(`${kind}.ended`) : t(`${kind}.text`),
      }
    }
    case 'batch_stuck':
    case 'key_expires':
    case 'webhook_failed':
    case 'wrong_codes': {
      const name = textOf('name')
      return {
        title: name === null ? t(`${kind}.title`) : t(`${kind}.named`, { name }),
        text: t(`${kind}.text`),
      }
    }
    case 'locked_out': {
      const endpoint = textOf('endpoint')
      return {
        title: endpoint === null ? t(`${kind}.title`) : t(`${kind}.named`, { endpoint }),
        text: t(`${kind}.text`),
      }
    }
    case 'balance_low': {
      const [currency, endpoint] = [textOf('currency'), textOf('endpoint')]
      return {
        title:
          currency === null || endpoint === null
            ? t(`${kind}.title`)
            : t(`${kind}.named`, { currency, endpoint }),
        text: data['short'] === true ? t(`${kind}.short`) : t(`${kind}.text`),
      }
    }
    case 'stuck': {
      if (data['replaces'] !== undefined)
        return { title: t(`${kind}.replaced`), text: t(`${kind}.replacedText`) }
      if (data['status'] === 'awaiting_approval')
        return { title: t(`${kind}.approval`), text: t(`${kind}.approvalText`) }
      const word = textOf('word')
      return {
        title: t(`${kind}.title`),
        text: word === null ? t(`${kind}.text`) : t(`${kind}.said`, { word }),
      }
    }
    case 'proposal_waits':
      return {
        title: t(`${kind}.${proposalOf(item)}`),
        text: data['alone'] === true ? t(`${kind}.alone`) : t(`${kind}.text`),
      }
    case 'approval_blocked':
    case 'callback_disagrees':
    case 'callback_unmatched':
    case 'check_unresolved':
    case 'clock_differs':
    case 'content_changed':
    case 'destination_frozen':
    case 'destination_unreadable':
    case 'endpoint_missing':
    case 'final_contradicted':
    case 'form_not_filled':
    case 'gateway_error':
    case 'gateway_status_unknown':
    case 'mail_failed':
    case 'marker_unwritable':
    case 'money_equation':
    case 'order_moved_without_us':
    case 'other_operation':
    case 'outcome_unknown':
    case 'paid_after_end':
    case 'payout_lost':
    case 'redirect_refused':
    case 'worker_failed':
      return { title: t(`${kind}.title`), text: t(`${kind}.text`) }
  }
}

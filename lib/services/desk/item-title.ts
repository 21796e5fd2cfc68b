import { itemKinds } from '#lib/services/ports.ts'
import type { Locale } from '#lib/words/locales.ts'
import { wordsFor } from '#lib/words/words.ts'

/** An open item in one line for mails and chats, without what it is about. A kind of another release is named as it is stored. */
export function itemTitle(locale: Locale, stored: string): string {
  const t = wordsFor(locale, 'itemKinds')
  const kind = itemKinds.find((one) => one === stored)
  if (kind === undefined) return stored
  if (kind === 'other_order_id') return t(`${kind}.title`, { order: '…' })
  if (kind === 'unlisted_word') return t(`${kind}.title`, { word: '…' })
  if (kind === 'code_without_words') return t(`${kind}.title`, { code: '…' })
  return t(`${kind}.title`)
}

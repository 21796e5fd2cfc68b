/** What a saved destination is called, in the reader's language. */
import { isUsualLabel } from '#lib/payouts/destination-label.ts'
import type { Words } from './words.ts'

/** The nickname that its receiver gave it, else "Example Bank, ending 3000". */
export function destinationLabelText(
  t: Words<'common'>,
  one: { label: string; bankName: string | null; last4: string | null },
): string {
  const { label, bankName: bank, last4 } = one
  if (!isUsualLabel(one)) return label
  if (!last4) return bank ?? t('account.unnamed')
  return bank === null ? t('account.ending', { last4 }) : t('account.bankEnding', { bank, last4 })
}

/** Is what an import says what is here already? Asked when it is checked, and again when it is applied. Pure. */
import { receiverDifferences } from '#lib/payouts/text.ts'
import type { HistoryRow, ImportedPayout, NamedReceiver, ReceiverRow } from '#lib/services/ports.ts'

/** Is anything said of them that is otherwise known? What nobody knows yet, an import may say. */
export function differs(
  known: Pick<NamedReceiver, 'email' | 'firstName' | 'lastName' | 'locale'> | undefined,
  row: ReceiverRow,
): boolean {
  if (!known) return false
  if (row.locale !== null && known.locale !== null && row.locale !== known.locale) return true
  if ((known.email ?? known.firstName ?? known.lastName) === null) return false
  return receiverDifferences(known, row).length > 0
}

/** Does it say anything that is not known? */
export const adds = (
  known: Pick<NamedReceiver, 'email' | 'firstName' | 'lastName' | 'locale'>,
  row: ReceiverRow,
): boolean => (row.locale !== null && known.locale === null) || receiverDifferences(known, row).length > 0

/** What counts for money and for people; a note may be worded in another way. */
export const isSameHistory = (known: ImportedPayout, row: HistoryRow): boolean =>
  known.receiver.externalId === row.receiver &&
  known.currency === row.currency &&
  known.amountMinor === BigInt(row.amountMinor) &&
  known.status === row.status &&
  known.endedAt.getTime() === Date.parse(row.endedAt)

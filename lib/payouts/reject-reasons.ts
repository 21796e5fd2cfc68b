/** Ready-made reasons for a rejection: what staff choose from, and the sentence that the receiver reads. */
export const rejectReasons = [
  {
    id: 'details',
    label: 'Account details wrong',
    text: 'The account details are not right. Please check them and ask again.',
  },
  {
    id: 'duplicate',
    label: 'Asked for twice',
    text: 'The same was asked for twice, and this request is one too many.',
  },
  {
    id: 'amount',
    label: 'Amount not agreed',
    text: 'The amount is not what was agreed. Please contact us before you ask again.',
  },
  {
    id: 'document',
    label: 'Document missing',
    text: 'A document is missing. Please send it to us and ask again.',
  },
] as const satisfies readonly { id: string; label: string; text: string }[]

/** The written reason or, if there is none, the chosen sentence. */
export function rejectReason(chosen: string, written: string): string {
  if (written.trim() !== '') return written
  return rejectReasons.find(({ id }) => id === chosen)?.text ?? ''
}

/** Ready-made reasons for a rejection, as they are stored. Readers get them in their language (area `rejectReasons`). */
export const rejectReasons = {
  details: 'The account details aren’t right. Please check them and request it again.',
  duplicate: 'The same payment was requested twice, so we’re sending it only once.',
  amount: 'The amount isn’t what we agreed. Please contact us before you request it again.',
  document: 'A document is missing. Please send it to us and request it again.',
} as const

export type RejectReason = keyof typeof rejectReasons

export const rejectReasonCodes = Object.keys(rejectReasons) as RejectReason[]

/** Which ready-made reason this is; null: a person's own words. */
export const rejectReasonOf = (stored: string): RejectReason | null =>
  rejectReasonCodes.find((code) => rejectReasons[code] === stored) ?? null

/**
 * What is stored: the written reason or, if there is none, the chosen one. `shown` has the ready-made reasons as the person read them, so
 * that one they left as it is can be shown in every reader's language.
 */
export function rejectReason(
  chosen: string,
  written: string,
  shown: Readonly<Record<RejectReason, string>> = rejectReasons,
): string {
  const text = written.trim()
  const code = rejectReasonCodes.find((one) => (text === '' ? one === chosen : shown[one] === text))
  return code === undefined ? written : rejectReasons[code]
}

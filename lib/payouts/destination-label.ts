/** What a saved destination is called. */

/** As many characters as a label may have. */
export const labelMaxCharacters = 80

type Known = { bankName: string | null; last4: string | null }

/** What is stored where its receiver gave no nickname: "Example Bank, ending 3000". */
export function usualLabel({ bankName, last4 }: Known): string {
  const parts = [bankName ?? 'Account', ...(last4 ? [`ending ${last4}`] : [])]
  return parts.join(', ').slice(0, labelMaxCharacters)
}

/** Did its receiver give it no nickname? Then pages say bank and last four in the reader's language. */
export const isUsualLabel = ({ label, ...known }: Known & { label: string }): boolean =>
  label === usualLabel(known)

/** Why approvals no longer count, as it is stored and sealed. Pages show it by words where the code is known; people's own words stay. */

export const voidReasons = {
  rejected: 'The payout was rejected.',
  cancelled: 'The request was taken back.',
  expired: 'The payout expired.',
  demo: 'The demo data was removed.',
  disabled: 'The account of this approver was disabled.',
  revalidated: 'The bank took its confirmation back.',
  role: 'No approver has the role any more that a rule asks for.',
  changed: 'It is no longer what was asked for.',
} as const

export type VoidReason = keyof typeof voidReasons | 'undone' | 'lacking'

export const undoneReason = (name: string): string => `Taken back by ${name}.`

export const lackingReason = (given: number, needed: number): string =>
  `${given} of ${needed} approvals count: one was taken back, or its approver may no longer approve.`

const patterns: readonly (readonly [VoidReason, RegExp])[] = [
  ['undone', /^Taken back by .+\.$/su],
  ['lacking', /^\d+ of \d+ approvals count: /u],
]

/** Null: a person's own words, or nothing that we know. */
export function voidReasonOf(stored: unknown): VoidReason | null {
  if (typeof stored !== 'string') return null
  for (const code of Object.keys(voidReasons) as (keyof typeof voidReasons)[])
    if (voidReasons[code] === stored) return code
  return patterns.find(([, pattern]) => pattern.test(stored))?.[0] ?? null
}

/** The four words by which Cardzo ends an order, and what each means for a payout. */
import type { PayoutMove, PayoutStatus } from './transitions.ts'

export const cardzoEnds = {
  approved: { move: 'confirm', status: 'paid' },
  declined: { move: 'decline', status: 'declined' },
  filtered: { move: 'filter', status: 'filtered' },
  error: { move: 'fail', status: 'failed' },
} as const satisfies Record<string, { move: PayoutMove; status: PayoutStatus }>

export type CardzoEnd = keyof typeof cardzoEnds

/** Is this one of the four words? In lower case: Cardzo's own spelling varies. */
export const isCardzoEnd = (word: string): word is CardzoEnd => Object.hasOwn(cardzoEnds, word)

/** The list of payouts, its filters and sums, and a new payout. */
export const payouts = {} as const

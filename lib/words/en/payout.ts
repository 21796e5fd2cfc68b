/** One payout for staff: facts, decision, history. */
export const payout = {} as const

/** A receiver's own withdrawals. */
export const withdrawals = {} as const

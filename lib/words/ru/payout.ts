export const payout = {} as const

/** Approving several payouts with one code. */
export const approve = {} as const

/** Receivers' balances, grants and the file of grants. */
export const balances = {} as const

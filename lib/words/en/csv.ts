/** Heads of CSV files. */
export const csv = {} as const

/** The audit page. */
export const audit = {} as const

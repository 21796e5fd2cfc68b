/** A receiver's own balance and limits. */
export const balance = {} as const

/** The stop switch. */
export const stop = {} as const

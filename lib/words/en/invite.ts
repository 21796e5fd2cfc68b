/** Accepting an invitation. */
export const invite = {} as const

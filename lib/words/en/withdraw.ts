/** Asking for a withdrawal. */
export const withdraw = {} as const

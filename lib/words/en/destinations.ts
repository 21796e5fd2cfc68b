/** A receiver's own accounts. */
export const destinations = {} as const

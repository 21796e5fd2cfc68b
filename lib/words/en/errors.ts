/** Pages that say that something went wrong: not found, forbidden, failed, away. */
export const errors = {} as const

/** New destinations that cool off. */
export const newAccounts = {} as const

export const newAccounts = {} as const

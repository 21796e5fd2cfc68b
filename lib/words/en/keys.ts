/** API keys. */
export const keys = {} as const

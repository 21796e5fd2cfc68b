/** Payouts whose outcome is unknown, and settling them. */
export const unknown = {} as const

/** The demo's mailbox and codes. */
export const demo = {} as const

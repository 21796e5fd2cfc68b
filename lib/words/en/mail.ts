/** Mails to receivers and staff. */
export const mail = {} as const

/** People who can sign in, and what admins do with their accounts. */
export const users = {} as const

/** A person's own account: password, sessions, second factor. */
export const account = {} as const

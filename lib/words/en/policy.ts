/** The policy, its changes and rehearsals. */
export const policy = {} as const

export const unknown = {} as const

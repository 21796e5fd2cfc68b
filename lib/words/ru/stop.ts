export const stop = {} as const

export const receivers = {} as const

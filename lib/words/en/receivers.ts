/** Receivers as staff see and change them. */
export const receivers = {} as const

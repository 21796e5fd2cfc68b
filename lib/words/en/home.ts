/** The first page. */
export const home = {} as const

/** The desk's first page: the queue and open items. */
export const desk = {} as const

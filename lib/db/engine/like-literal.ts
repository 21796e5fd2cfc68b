/** Escapes text for LIKE and for Prisma's `contains`, so that `%` and `_` match only themselves. */
export const literal = (text: string): string => text.replaceAll(/[\\%_]/g, '\\$&')

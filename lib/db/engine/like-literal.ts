/** Text for LIKE, and for Prisma's `contains`, in which every character means itself: `%` and `_` are what was typed. */
export const literal = (text: string): string => text.replaceAll(/[\\%_]/g, '\\$&')

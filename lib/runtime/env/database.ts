import { z } from 'zod'
import { wholeNumber } from './reading.ts'

export const notPostgres = 'must be a postgresql:// address, or unset for the embedded server'

export const databaseVariables = {
  DATABASE_URL: z.string().refine(isPostgresUrl, notPostgres).optional(),
  DATABASE_DIRECT_URL: z
    .string()
    .refine(isPostgresUrl, 'must be a postgresql:// address, or unset when no pooler is in between')
    .optional(),
  DATABASE_POOL_SIZE: wholeNumber(2, 1000, 'a whole number from 2 to 1000').default(10),
}

export function isPostgresUrl(text: string): boolean {
  return URL.canParse(text) && /^postgres(ql)?:$/.test(new URL(text).protocol)
}

import { z } from 'zod'

export const notPostgres = 'must be a postgresql:// address, or unset for the embedded server'

export const databaseVariables = {
  DATABASE_URL: z.string().refine(isPostgresUrl, notPostgres).optional(),
  DATABASE_DIRECT_URL: z
    .string()
    .refine(isPostgresUrl, 'must be a postgresql:// address, or unset when no pooler is in between')
    .optional(),
}

export function isPostgresUrl(text: string): boolean {
  return URL.canParse(text) && /^postgres(ql)?:$/.test(new URL(text).protocol)
}

import { z } from 'zod'
import { wholeNumber } from './reading.ts'

export const notPostgres = 'must be a postgresql:// address, or unset for the embedded server'

export const databaseVariables = {
  DATABASE_URL: z.string().refine(isPostgresUrl, notPostgres).optional(),
  DATABASE_DIRECT_URL: z
    .string()
    .refine(isPostgresUrl, 'must be a postgresql:// address, or unset when no pooler is in between')
    .optional(),
  DATABASE_REPLICA_URL: z
    .string()
    .refine(isPostgresUrl, 'must be a postgresql:// address, or unset without a standby to read from')
    .optional(),
  DATABASE_REPLICA_MAX_LAG_S: wholeNumber(1, 3_600, 'a whole number of seconds from 1 to 3600').default(30),
  DATABASE_POOL_SIZE: wholeNumber(2, 1000, 'a whole number from 2 to 1000').default(10),
}

export function isPostgresUrl(text: string): boolean {
  return URL.canParse(text) && /^postgres(ql)?:$/.test(new URL(text).protocol)
}

/** `PATRONI_URL`: the REST addresses of Patroni, which `npm run doctor` asks. Null: one of them is no address. */
export function readPatroniUrls(text: string | undefined): string[] | null {
  const urls = (text ?? '')
    .split(',')
    .map((one) => one.trim().replace(/\/+$/, ''))
    .filter((one) => one !== '')
  return urls.every((one) => URL.canParse(one) && /^https?:$/.test(new URL(one).protocol)) ? urls : null
}

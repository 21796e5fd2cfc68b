/** Does every connection have the settings that the portal makes? A pooler in between may lose them. */
import { isDatabaseAway } from './away.ts'
import { createPrisma } from './client.ts'
import type { PrismaClient } from './client.ts'

/** Several at once, so that a pooler spreads them over different server connections. */
const atOnce = 5

export type Session = { zone: string; dates: string; isolation: string; role: string }

/**
 * Throws a DatabaseProblem, in words for the operator, if times would be shifted, transactions are isolated in another way, or
 * DATABASE_URL has a parameter that a pooler refuses. Returns quietly while the database is away.
 */
export async function checkDatabase(databaseUrl: string): Promise<void> {
  const prisma = createPrisma(databaseUrl)
  try {
    for (let round = 0; round < 2; round++) {
      const sessions = await Promise.all(Array.from({ length: atOnce }, () => sessionOf(prisma)))
      const problem = sessions.map(problemOf).find((one) => one !== null)
      if (problem) throw new DatabaseProblem(problem)
    }
  } catch (error) {
    const refused = refusedParameter(error)
    if (refused !== null)
      throw new DatabaseProblem(
        `The pooler in front of the database refuses ${refused}, which is part of DATABASE_URL. Remove it there, and set it for the role instead (ALTER ROLE ... SET ...).`,
      )
    if (!isDatabaseAway(error)) throw error
  } finally {
    await prisma.$disconnect()
  }
}

export class DatabaseProblem extends Error {}

async function sessionOf(prisma: PrismaClient): Promise<Session> {
  const [session] = await prisma.$queryRaw<Session[]>`
    SELECT current_setting('TimeZone') AS zone, current_setting('DateStyle') AS dates,
           current_setting('transaction_isolation') AS isolation, current_user::text AS role`
  if (!session) throw new Error('Bug: a SELECT without FROM gives one row')
  return session
}

const lost =
  'although every connection of the portal asks for it. A pooler in between loses the setting. Run:'

/** What is wrong with a connection and how the operator mends it; null: nothing. */
export function problemOf({ zone, dates, isolation, role }: Session): string | null {
  const set = (setting: string) => `ALTER ROLE "${role}" SET ${setting};`
  if (zone !== 'UTC')
    return `The database's time zone is ${zone}, not UTC, ${lost} ${set(`TimeZone TO 'UTC'`)} Else all times would be shifted.`
  if (!dates.startsWith('ISO'))
    return `The database writes dates in the style ${dates}, not ISO, ${lost} ${set(`DateStyle TO 'ISO'`)}`
  if (isolation !== 'read committed')
    return `The database's isolation level is ${isolation}, not read committed, ${lost} ${set(`default_transaction_isolation TO 'read committed'`)}`
  return null
}

/** PgBouncer's "unsupported startup parameter: options", wherever Prisma puts it in its error. */
function refusedParameter(error: unknown): string | null {
  const seen = new Set<unknown>()
  const waiting: unknown[] = [error]
  while (waiting.length > 0) {
    const one = waiting.pop()
    if (typeof one === 'string') {
      const name = /unsupported startup parameter(?: in options)?: (\S+)/.exec(one)?.[1]
      if (name !== undefined) return name.replace(/[^\w.-]/g, '')
    }
    if (typeof one !== 'object' || one === null || seen.has(one)) continue
    seen.add(one)
    const { message, originalMessage, cause, meta } = one as Record<string, unknown>
    const wrapped: unknown[] = typeof meta === 'object' && meta !== null ? Object.values(meta) : []
    waiting.push(message, originalMessage, cause, ...wrapped)
  }
  return null
}

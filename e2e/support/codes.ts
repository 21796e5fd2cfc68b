// Codes of the people's authenticators, as their phones would show them.
import { setTimeout as sleep } from 'node:timers/promises'
import { createGuardrails, generateSync } from 'otplib'
import pg from 'pg'
import { findStack, people } from './stack.ts'
import type { Person } from './stack.ts'

const stepS = 30
/** The people's secrets have 80 bits, as many systems' do. */
const guardrails = createGuardrails({ MIN_SECRET_BYTES: 10 })

/** Who has an authenticator: one of the stack's people, or somebody that a test made. */
export type Holder = Person | { email: string; totpSecret: string }

/** Undefined for receivers, who have none, and for people that a test made. */
export function secretOf(email: string): string | undefined {
  const known = Object.values(people).find((person) => person.email === email)
  return known && 'totpSecret' in known ? known.totpSecret : undefined
}

/** The code of this 30-second step, or the one `ahead` or behind. */
export const codeAt = (totpSecret: string, ahead = 0) =>
  generateSync({ secret: totpSecret, guardrails, epoch: Math.floor(Date.now() / 1000) + ahead * stepS })

/**
 * A code that counts for this person now. Each time step counts once, and a person would wait for the next; nobody here has the
 * patience, so when none is left the database forgets what it has taken. That each counts once has tests of its own.
 */
export async function codeFor(who: Holder): Promise<string> {
  const { email, totpSecret } = holderOf(who)
  await untilSteady()
  const now = Math.floor(Date.now() / 1000 / stepS)
  const last = await lastStepOf(email)
  if (last !== null && last >= now + 1) {
    await forgetStep(email)
    return codeAt(totpSecret)
  }
  return codeAt(totpSecret, last === now ? 1 : 0)
}

function holderOf(who: Holder): { email: string; totpSecret: string } {
  if (typeof who !== 'string') return who
  const { email } = people[who]
  const totpSecret = secretOf(email)
  if (totpSecret === undefined) throw new Error(`a ${who} has no authenticator`)
  return { email, totpSecret }
}

/** In the last moments of a step a code for the next one could be two steps away when it is sent. */
async function untilSteady(): Promise<void> {
  while (Math.floor(Date.now() / 1000) % stepS >= stepS - 2) await sleep(100)
}

async function rows<T>(text: string, values: unknown[]): Promise<T[]> {
  const client = new pg.Client({ connectionString: findStack().databaseUrl })
  await client.connect()
  try {
    return (await client.query(text, values)).rows as T[]
  } finally {
    await client.end()
  }
}

async function lastStepOf(email: string): Promise<number | null> {
  const [row] = await rows<{ last: string | null }>(
    'SELECT totp_last_step AS last FROM app_user WHERE email = $1',
    [email],
  )
  return row?.last == null ? null : Number(row.last)
}

/** And how many codes were tried in this minute, which a person could not type either. */
async function forgetStep(email: string): Promise<void> {
  await rows('UPDATE app_user SET totp_last_step = NULL WHERE email = $1', [email])
  await rows(
    "DELETE FROM rate_limit WHERE key LIKE 'second_factor:%' || (SELECT id FROM app_user WHERE email = $1) || '%'",
    [email],
  )
}

/** How long people stay signed in, and the tokens that say who they are. */
import { randomBytes, randomUUID } from 'node:crypto'
import type { Actor } from '#lib/payouts/permissions.ts'
import { hashToken } from './links.ts'
import type { Deps, User } from './ports.ts'

const minute = 60_000
const day = 24 * 60 * minute

/**
 * Staff see everybody's money on shared desks: an hour without a click, or a working day, ends the session. A receiver sees
 * his own on his own phone, and comes back when the bank asks something of him.
 */
export const sessionRules = {
  staff: { idleMs: 60 * minute, lifetimeMs: 12 * 60 * minute },
  receiver: { idleMs: 30 * day, lifetimeMs: 30 * day },
} as const

/** A mail link waits in a mailbox that others may read: long enough for a slow mail, and no longer. */
export const signInLinkLifetimeMs = 15 * minute

/** Longest that any session lives, for the cookie. */
export const longestSessionMs = sessionRules.receiver.lifetimeMs

/** Where a person signs in from, for the session's row. */
export type Whereabouts = { ip: string | null; userAgent: string | null }

/** 256 random bits. Only the hash is ever stored. */
export const freshToken = () => randomBytes(32).toString('base64url')

/** Browsers' own names are far shorter; what is longer is somebody's experiment. */
const userAgentMaxCharacters = 300

/**
 * Opens a session and returns its token, to be kept in the person's cookie. The first letter tells which rules apply; it is
 * hashed with the rest, so changing it makes the token unknown.
 */
export async function openSession(deps: Deps, user: User, from: Whereabouts): Promise<string> {
  const kind = user.role === 'receiver' ? 'receiver' : 'staff'
  const token = `${kind === 'staff' ? 's' : 'r'}_${freshToken()}`
  await deps.people.createSession({
    id: randomUUID(),
    tokenHash: hashToken(token),
    userId: user.id,
    lifetimeMs: sessionRules[kind].lifetimeMs,
    ip: from.ip,
    userAgent: from.userAgent?.slice(0, userAgentMaxCharacters) ?? null,
  })
  return token
}

export const actorOf = (user: User): Actor & { kind: 'user' } => ({
  kind: 'user',
  id: user.id,
  role: user.role,
  name: user.name,
  receiverId: user.receiverId,
})

/** E-mail addresses are compared without case and blanks around them. */
export const normalEmail = (email: string) => email.trim().toLowerCase()

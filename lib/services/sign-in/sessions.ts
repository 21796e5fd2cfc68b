/** How long people stay signed in, and the tokens that say who they are. */
import { randomBytes, randomUUID } from 'node:crypto'
import type { Actor } from '#lib/payouts/permissions.ts'
import { emailKey } from '#lib/payouts/text.ts'
import { hashToken } from '#lib/services/payout/links.ts'
import type { Deps, Proof, User } from '#lib/services/ports.ts'

const minute = 60_000
const day = 24 * 60 * minute

/**
 * Staff see everybody's money on shared desks: half an hour without a click, or a working day, ends the session. A receiver sees
 * his own on his own phone, and comes back when the bank asks something of him.
 */
export const sessionRules = {
  staff: { idleMs: 30 * minute, lifetimeMs: 8 * 60 * minute },
  receiver: { idleMs: 30 * day, lifetimeMs: 30 * day },
} as const

/** A mail link waits in a mailbox that others may read: long enough for a slow mail, and no longer. */
export const signInLinkLifetimeMs = 15 * minute

/** Between password and second factor: time enough to find the phone, or to install an app on it. */
export const attemptLifetimeMs = 5 * minute

/** An invitation may meet a weekend. */
export const invitationLifetimeMs = 3 * day

/** Longest that any session lives. */
export const longestSessionMs = sessionRules.receiver.lifetimeMs

/** How long the session of a token that was just made lives at most, for its cookie. */
export const lifetimeOf = (token: string): number =>
  sessionRules[token.startsWith('s_') ? 'staff' : 'receiver'].lifetimeMs

/** Where a person signs in from, for the session's row. */
export type Whereabouts = { ip: string | null; userAgent: string | null }

/** 256 random bits. Only the hash is ever stored. */
export const freshToken = () => randomBytes(32).toString('base64url')

/** Browsers' own names are far shorter; what is longer is somebody's experiment. */
const userAgentMaxCharacters = 300

/** Which rules a person's sessions follow. */
export const sessionKindOf = ({ role }: Pick<User, 'role'>): keyof typeof sessionRules =>
  role === 'receiver' ? 'receiver' : 'staff'

/** A session's token: its first letter tells which rules apply. */
export const freshSessionToken = (user: Pick<User, 'role'>): string =>
  `${sessionKindOf(user) === 'staff' ? 's' : 'r'}_${freshToken()}`

/**
 * Opens a session, audited with it, and returns its token, to be kept in the person's cookie. The first letter tells which rules apply; it is
 * hashed with the rest, so changing it makes the token unknown. This is the only place that makes sessions, and it makes none for
 * staff without a second factor, whatever a caller got wrong.
 */
export async function openSession(deps: Deps, user: User, from: Whereabouts, proof: Proof): Promise<string> {
  const kind = sessionKindOf(user)
  if (kind === 'staff' && proof !== 'second_factor')
    throw new Error('Bug: staff are let in by their second factor alone')
  const token = freshSessionToken(user)
  await deps.sessions.create(
    {
      id: randomUUID(),
      tokenHash: hashToken(token),
      userId: user.id,
      lifetimeMs: sessionRules[kind].lifetimeMs,
      ip: from.ip,
      userAgent: from.userAgent?.slice(0, userAgentMaxCharacters) ?? null,
      by: proof,
    },
    actorOf(user),
  )
  return token
}

export const actorOf = (user: User): Actor & { kind: 'user' } => ({
  kind: 'user',
  id: user.id,
  role: user.role,
  name: user.name,
  receiverId: user.receiverId,
})

/** An e-mail address as it is kept and looked for: lower case, the domain as DNS spells it, nothing around it. */
export const normalEmail = (email: string) => emailKey(email)

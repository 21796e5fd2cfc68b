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
 * only their own, on their own phone, and comes back when the bank asks them for something.
 */
export const sessionRules = {
  staff: { idleMs: 30 * minute, lifetimeMs: 8 * 60 * minute },
  receiver: { idleMs: 30 * day, lifetimeMs: 30 * day },
} as const

/** Others may read the mailbox that a link waits in: long enough for a slow mail, and no longer. */
export const signInLinkLifetimeMs = 15 * minute

/** Between password and second factor: enough time to find the phone, or to install an app on it. */
export const attemptLifetimeMs = 5 * minute

/** Long enough for an invitation to last over a weekend. */
export const invitationLifetimeMs = 3 * day

/** The longest that any session lives. */
export const longestSessionMs = sessionRules.receiver.lifetimeMs

/** How long a fresh token's session lives at most, for its cookie. */
export const lifetimeOf = (token: string): number =>
  sessionRules[token.startsWith('s_') ? 'staff' : 'receiver'].lifetimeMs

/** Where a person signs in from, for the session's row. */
export type Whereabouts = { ip: string | null; userAgent: string | null }

/** 256 random bits. Only the hash is ever stored. */
export const freshToken = () => randomBytes(32).toString('base64url')

/** Browsers' names are far shorter. */
const userAgentMaxCharacters = 300

/** Which time limits a person's sessions have. */
export const sessionKindOf = ({ role }: Pick<User, 'role'>): keyof typeof sessionRules =>
  role === 'receiver' ? 'receiver' : 'staff'

/** A session's token: its first letter says which time limits apply. */
export const freshSessionToken = (user: Pick<User, 'role'>): string =>
  `${sessionKindOf(user) === 'staff' ? 's' : 'r'}_${freshToken()}`

/**
 * Opens a session with its audit row and returns its token, for the person's cookie. The first letter says which time limits apply; it is
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

/** Second factors, and everything else that lets people in. */
import type { Actor, Role } from '#lib/payouts/permissions.ts'
import type { Session, User } from './people.ts'

/** What a second factor is asked for: one act, on exactly this. Both are kept with the audit row. */
export type Act = {
  kind:
    | 'approve'
    | 'approve_many'
    | 'reveal'
    | 'release_destination'
    | 'settle'
    | 'policy'
    | 'user'
    | 'key'
    | 'factor'
    | 'grant'
    | 'receiver'
  /** What the act is about: ids and hashes, so that a code can not be taken for another act. */
  subject: string
}

/** `used`: this code, or a later one, was accepted before. */
export type FactorAnswer = 'ok' | 'wrong' | 'used' | 'not_set_up' | 'rate_limited'

export type SecondFactor = {
  /** Takes a code of the authenticator, or a recovery code, once. Kept in the audit trail with the act that it covered. */
  verify: (
    userId: string,
    code: string,
    act: Act | { kind: 'sign_in'; subject: string },
  ) => Promise<FactorAnswer>
  /** A new secret, base32, and the `otpauth:` address of it. Nothing is stored. */
  offer: (account: string) => { secret: string; uri: string }
  /** The `otpauth:` address of a secret that was offered before. */
  uri: (account: string, secret: string) => string
  /** Ten of them: the codes to be shown once, the hashes to be kept. */
  freshRecoveryCodes: () => { code: string; hash: string }[]
  /** Is this a usable base32 secret? */
  isSecret: (secret: string) => boolean
  /** Does the code fit the offered secret? For setting up; the step is kept so that it does not count again. */
  fits: (secret: string, code: string) => Promise<bigint | null>
  /** The code of this moment, or of so many steps later: for the demo's page and nothing else. */
  codeNow: (secret: string, stepsAhead?: number) => Promise<string>
}

/** The password was right, or an invitation was accepted; the second factor is still asked for. Opens nothing by itself. */
export type SignInAttempt = {
  user: User
  /** A new secret, base32, for setting a second factor up; null: a code of the one there is. */
  offered: string | null
}

export type SessionRow = Session & { isHere: boolean }

/** A person as admins see him. */
export type PersonRow = User & {
  lastSeenAt: Date | null
  openSessions: number
  /** Until when an invitation that was not accepted yet can be; null: none waits. */
  invitedUntil: Date | null
}

/** Becomes the user's, with the time step of the code that proved it, and these recovery codes. */
export type NewFactor = { step: bigint; recoveryHashes: string[] }

export type AccessStore = {
  startAttempt: (draft: {
    tokenHash: string
    userId: string
    lifetimeMs: number
    offered: string | null
  }) => Promise<void>
  /** Neither used nor too old, and its person not disabled. */
  findAttempt: (tokenHash: string) => Promise<SignInAttempt | null>
  /** True for the first. */
  useAttempt: (tokenHash: string) => Promise<boolean>
  /** The offered secret becomes the person's first one, and the attempt is used up; false when there is one already. */
  setUpFactor: (tokenHash: string, factor: NewFactor, actor: Actor) => Promise<boolean>
  /** The same in place of another one. Every other session ends. */
  replaceFactor: (
    tokenHash: string,
    factor: NewFactor,
    keepSessionId: string,
    actor: Actor,
  ) => Promise<boolean>
  renewRecoveryCodes: (userId: string, hashes: string[], actor: Actor) => Promise<void>
  recoveryCodesLeft: (userId: string) => Promise<number>
  /** Secret and recovery codes go, sessions end: the next sign-in sets a new one up. */
  resetFactor: (userId: string, actor: Actor) => Promise<void>
  /** Every session but the one it was done in ends. */
  changePassword: (userId: string, passwordHash: string, keepSessionId: string, actor: Actor) => Promise<void>

  /** Living ones, the latest seen first; idle ones are not living. */
  sessionsOf: (userId: string, idleMs: number) => Promise<Session[]>
  /** False when it is not this person's, or over already. */
  endSessionOf: (userId: string, sessionId: string, actor: Actor) => Promise<boolean>
  /** How many ended. `keepSessionId` null: all of them. */
  endSessionsOf: (userId: string, keepSessionId: string | null, actor: Actor) => Promise<number>

  listPeople: () => Promise<PersonRow[]>
  /** One of a person's waits; an earlier one means nothing any more. */
  invite: (
    draft: { tokenHash: string; userId: string; lifetimeMs: number; invitedByName: string },
    actor: Actor,
  ) => Promise<void>
  findInvitation: (tokenHash: string) => Promise<{ user: User; invitedByName: string } | null>
  /** The password is the person's; everything that let him in before ends. Null when it was used or is too old; one caller wins. */
  acceptInvitation: (tokenHash: string, passwordHash: string) => Promise<User | null>
  /** Sessions end; an approver who becomes something else loses what he has approved. The payouts this leaves short, by id. */
  changeRole: (userId: string, role: Role, reason: string, actor: Actor) => Promise<string[]>
  /** The account is another one of the same human being, or (null) of nobody else. What it has approved no longer counts. */
  setPerson: (userId: string, sameAs: string | null, reason: string, actor: Actor) => Promise<string[]>
}

/** Sessions, second factors, and every step of signing in. */
import type { Actor } from '#lib/payouts/permissions.ts'
import type { MailDraft } from './message.ts'
import type { User } from './people.ts'

/** What a second factor is asked for: one act, on exactly this. Both are kept with the audit row. */
export type Act = {
  kind:
    | 'approve'
    | 'approve_many'
    | 'reveal'
    | 'release_destination'
    | 'settle'
    | 'policy'
    | 'settings'
    | 'import'
    | 'user'
    | 'key'
    | 'webhook'
    | 'factor'
    | 'grant'
    | 'receiver'
    | 'stop'
  /** What the act is about: ids and hashes, so that a code cannot be used for another act. */
  subject: string
}

/** `used`: this code, or a later one, was accepted before. */
export type FactorAnswer = 'ok' | 'wrong' | 'used' | 'not_set_up' | 'rate_limited'

export type SecondFactor = {
  /** Takes a code of the authenticator, or a recovery code, once. Kept in the audit trail with the act that it covered. */
  verify: (
    userId: string,
    code: string,
    /** `device`: the known browser it comes from. Each has its own count of wrong codes, and so have living sessions. */
    act: Act | { kind: 'sign_in'; subject: string; device: string | null },
  ) => Promise<FactorAnswer>
  /** A new secret, base32, and the `otpauth:` address of it. Nothing is stored. */
  offer: (account: string) => { secret: string; uri: string }
  /** The `otpauth:` address of a secret that was offered before. */
  uri: (account: string, secret: string) => string
  /** Ten recovery codes: show the codes once, store the hashes. */
  freshRecoveryCodes: () => { code: string; hash: string }[]
  /** Is this a usable base32 secret? */
  isSecret: (secret: string) => boolean
  /** Does the code fit the offered secret? For setting up; store the step, so that the code does not count again. */
  fits: (secret: string, code: string) => Promise<bigint | null>
  /** The code of this moment, or of some steps later: for the demo's page only. */
  codeNow: (secret: string, stepsAhead?: number) => Promise<string>
}

/** The password was right, or an invitation was accepted; the second factor is still missing. Opens nothing by itself. */
export type SignInAttempt = {
  user: User
  /** A new secret, base32, for setting a second factor up; null: a code of the one there is. */
  offered: string | null
}

export type SessionRow = Session & { isHere: boolean }

/** The time step of the code that proved the new factor, and its recovery codes. */
export type NewFactor = { step: bigint; recoveryHashes: string[] }

/** What the person has just shown to be let in. */
export type Proof = 'password' | 'invitation' | 'link' | 'second_factor'

export type Session = {
  id: string
  userId: string
  createdAt: Date
  lastSeenAt: Date
  expiresAt: Date
  ip: string | null
  userAgent: string | null
}

export type SessionStore = {
  /** Audited as `signed_in` in the same transaction, with what the person showed. */
  create: (
    draft: {
      id: string
      tokenHash: string
      userId: string
      lifetimeMs: number
      ip: string | null
      userAgent: string | null
      by: Proof
    },
    actor: Actor,
  ) => Promise<void>
  /** The session and its user, if it is neither ended, expired, idle for longer than `idleMs`, nor its user disabled. Touches lastSeenAt. */
  use: (tokenHash: string, idleMs: number) => Promise<{ session: Session; user: User } | null>
  /** Gives a live session a new token; how long it still lives at most, or null when it has ended. */
  rotate: (id: string, tokenHash: string) => Promise<number | null>
  /** Signing out: audited in the same transaction, unless it was over already. */
  end: (id: string, actor: Actor & { kind: 'user' }) => Promise<void>
  /** Live ones, the latest seen first; idle ones don't count. */
  listOf: (userId: string, idleMs: number) => Promise<Session[]>
  /** False when it is not this person's, or over already. */
  endOneOf: (userId: string, sessionId: string, actor: Actor) => Promise<boolean>
  /** How many ended. `keepSessionId` null: all of them. */
  endAllOf: (userId: string, keepSessionId: string | null, actor: Actor) => Promise<number>
}

/** Every way in but an invitation: links, attempts that wait for a second factor, and what a person proves themselves with. */
export type SignInStore = {
  /** Writes the link, its mail and the audit row in one transaction. */
  createSignInLink: (
    draft: { tokenHash: string; userId: string; lifetimeMs: number; ip: string | null },
    mail: MailDraft,
    actor: Actor,
  ) => Promise<void>
  /** The user of an unused, unexpired link, without using it up. */
  peekSignInLink: (tokenHash: string) => Promise<User | null>
  /** Uses up the link; null when it was used, expired or unknown. Exactly one caller wins. */
  useSignInLink: (tokenHash: string) => Promise<User | null>
  startAttempt: (draft: {
    tokenHash: string
    userId: string
    lifetimeMs: number
    offered: string | null
  }) => Promise<void>
  /** Null when it was used or expired, or its person is disabled. */
  findAttempt: (tokenHash: string) => Promise<SignInAttempt | null>
  /** Counts one more wrong code and answers how many there are. The fifth uses up the attempt. */
  countWrongCode: (tokenHash: string) => Promise<number>
  /** True for the first caller. */
  useAttempt: (tokenHash: string) => Promise<boolean>
  /** Makes the offered secret the person's first one and uses up the attempt; false when they have one already. */
  setUpFactor: (tokenHash: string, factor: NewFactor, actor: Actor) => Promise<boolean>
  /** The same, in place of the old factor. Every other session ends. */
  replaceFactor: (
    tokenHash: string,
    factor: NewFactor,
    keepSessionId: string,
    actor: Actor,
  ) => Promise<boolean>
  renewRecoveryCodes: (userId: string, hashes: string[], actor: Actor) => Promise<void>
  recoveryCodesLeft: (userId: string) => Promise<number>
  /** Takes away secret, recovery codes and password, and ends sessions: an invitation leads to new ones. For the operator, or `decide`. */
  resetFactor: (userId: string, actor: Actor) => Promise<void>
  /** Ends every session but the one that it was done in. */
  changePassword: (userId: string, passwordHash: string, keepSessionId: string, actor: Actor) => Promise<void>
}

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
    | 'user'
    | 'key'
    | 'factor'
    | 'grant'
    | 'receiver'
    | 'stop'
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
    /** `device`: the known browser it comes from. Each has its own count of wrong codes, and so have living sessions. */
    act: Act | { kind: 'sign_in'; subject: string; device: string | null },
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

/** Becomes the user's, with the time step of the code that proved it, and these recovery codes. */
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
  /** Another token for a living session; how long it still lives at most, or null when it has ended. */
  rotate: (id: string, tokenHash: string) => Promise<number | null>
  /** Signing out: audited in the same transaction, unless it was over already. */
  end: (id: string, actor: Actor & { kind: 'user' }) => Promise<void>
  /** Living ones, the latest seen first; idle ones are not living. */
  listOf: (userId: string, idleMs: number) => Promise<Session[]>
  /** False when it is not this person's, or over already. */
  endOneOf: (userId: string, sessionId: string, actor: Actor) => Promise<boolean>
  /** How many ended. `keepSessionId` null: all of them. */
  endAllOf: (userId: string, keepSessionId: string | null, actor: Actor) => Promise<number>
}

/** Every way in but an invitation: links, attempts that wait for a second factor, and what a person proves themselves with. */
export type SignInStore = {
  /** The link, the mail that carries it and the audit row, all at once. */
  createSignInLink: (
    draft: { tokenHash: string; userId: string; lifetimeMs: number; ip: string | null },
    mail: MailDraft,
    actor: Actor,
  ) => Promise<void>
  /** The user of an unused, unexpired link, without using it up. */
  peekSignInLink: (tokenHash: string) => Promise<User | null>
  /** Uses the link up; null when it was used, is too old or unknown. Exactly one caller wins. */
  useSignInLink: (tokenHash: string) => Promise<User | null>
  startAttempt: (draft: {
    tokenHash: string
    userId: string
    lifetimeMs: number
    offered: string | null
  }) => Promise<void>
  /** Neither used nor too old, and its person not disabled. */
  findAttempt: (tokenHash: string) => Promise<SignInAttempt | null>
  /** One more wrong code: how many there were by now. The fifth uses the attempt up. */
  countWrongCode: (tokenHash: string) => Promise<number>
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
  /** Secret, recovery codes and password go, sessions end: an invitation leads to new ones. By the operator, or `decide`. */
  resetFactor: (userId: string, actor: Actor) => Promise<void>
  /** Every session but the one it was done in ends. */
  changePassword: (userId: string, passwordHash: string, keepSessionId: string, actor: Actor) => Promise<void>
}

/** Sessions, second factors, and every step of signing in. */
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

/** Second factors, and everything else that lets people in. */

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
  /** Is this a usable base32 secret? */
  isSecret: (secret: string) => boolean
  /** Does the code fit the offered secret? For setting up; the step is kept so that it does not count again. */
  fits: (secret: string, code: string) => Promise<bigint | null>
  /** The code of this moment: for the demo's page and nothing else. */
  codeNow: (secret: string) => Promise<string>
}

/** Second factors, and everything else that lets people in. */
import type { AccessAct } from '#lib/payouts/access.ts'
import type { Actor, Role } from '#lib/payouts/permissions.ts'
import type { ItemDraft } from './items.ts'
import type { MailDraft } from './messages.ts'
import type { NewApiKey, Session, User } from './people.ts'

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

/** A person as admins see him. */
export type PersonRow = User & {
  lastSeenAt: Date | null
  openSessions: number
  /** Until when an invitation that was not accepted yet can be; null: none waits. */
  invitedUntil: Date | null
}

/** What an admin wants changed about who may do what; it waits for another admin or, without one, for its time. */
export type AccessChange = {
  id: string
  subjectId: string
  act: AccessAct
  proposedById: string
  proposedByName: string
  proposedAt: Date
  /** Takes effect then by itself; null: another admin must confirm it. */
  dueAt: Date | null
  decision: AccessDecision | 'at_once' | null
}
export type AccessDecision = 'confirmed' | 'declined' | 'withdrawn' | 'elapsed'

/** Who hears of it, in the same transaction. */
export type Told = { mails: MailDraft[]; item?: ItemDraft }

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

  /** Living ones, the latest seen first; idle ones are not living. */
  sessionsOf: (userId: string, idleMs: number) => Promise<Session[]>
  /** False when it is not this person's, or over already. */
  endSessionOf: (userId: string, sessionId: string, actor: Actor) => Promise<boolean>
  /** How many ended. `keepSessionId` null: all of them. */
  endSessionsOf: (userId: string, keepSessionId: string | null, actor: Actor) => Promise<number>

  listPeople: () => Promise<PersonRow[]>
  /** One of a person's waits; an earlier one means nothing any more. */
  invite: (
    draft: {
      tokenHash: string
      userId: string
      lifetimeMs: number
      invitedByName: string
      /** Whoever sends it counts as behind the account from now on; absent where another row says so. */
      act?: AccessAct
    },
    actor: Actor,
  ) => Promise<void>
  findInvitation: (tokenHash: string) => Promise<{ user: User; invitedByName: string } | null>
  /** The password is the person's; everything that let him in before ends. Null when it was used or is too old; one caller wins. */
  acceptInvitation: (tokenHash: string, passwordHash: string) => Promise<User | null>
  /** Sessions end; an approver who becomes something else loses what he has approved. The payouts this leaves short, by id. */
  changeRole: (userId: string, role: Role, reason: string, actor: Actor) => Promise<string[]>
  /** The account is another one of the same human being, or (null) of nobody else. What it has approved no longer counts. */
  setPerson: (userId: string, sameAs: string | null, reason: string, actor: Actor) => Promise<string[]>

  /** Kept as it is proposed; nothing changes yet. A new key is stored with it and does not work yet. */
  propose: (
    draft: { id: string; subjectId: string; act: AccessAct },
    actor: Actor & { kind: 'user' },
    tell: (made: AccessChange) => Told,
    key?: NewApiKey,
  ) => Promise<AccessChange | 'already_proposed'>
  /** Those that wait, oldest first. */
  proposals: () => Promise<AccessChange[]>
  /**
   * Decides once, and does what was proposed in the same transaction. `one_hand`: whoever confirms is not independent of whoever
   * proposed. `overtaken`: it can no longer be done, the e-mail address is taken. `elapsed` only once its time has come.
   */
  decide: (
    id: string,
    decision: AccessDecision,
    actor: Actor,
    reason: string,
  ) => Promise<{ change: AccessChange; voided: string[] } | 'stale' | 'one_hand' | 'overtaken'>
  /** Of the proposals that wait, those whose time has come and whose proposer may still propose. */
  elapsed: (limit: number) => Promise<AccessChange[]>
  /** Persons in pairs, the second behind an account of the first since lately: two accounts in one hand are not two people. */
  hands: () => Promise<{ personId: string; byPersonId: string }[]>
  /** Every person that may be in the same hand as this account, its own included. */
  oneHand: (userId: string) => Promise<string[]>
}

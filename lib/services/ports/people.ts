/** Users, sessions and API keys. */
import type { Actor, ApiScope, Role } from '#lib/payouts/permissions.ts'
import type { Told } from './access.ts'
import type { MailDraft } from './messages.ts'
import type { Receiver } from './payouts.ts'

export type User = {
  id: string
  email: string
  name: string
  role: Role
  receiverId: string | null
  hasPassword: boolean
  /** The human being behind the account: two accounts of one person count once where different people are asked for. */
  personId: string
  /** Is a second factor set up? */
  hasFactor: boolean
  disabledAt: Date | null
}

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

export type ApiKey = {
  id: string
  name: string
  ownerId: string | null
  createdAt: Date
  revokedAt: Date | null
  lastUsedAt: Date | null
  scopes: readonly ApiScope[]
  expiresAt: Date | null
  /** Null while it waits for a second admin. */
  usableFrom: Date | null
}

export type NewApiKey = {
  id: string
  name: string
  keyHash: string
  ownerId: string | null
  /** All of them when absent. */
  scopes?: readonly ApiScope[]
  expiresInMs?: number | null
}

export type ExpiringKey = { id: string; name: string; expiresAt: Date; ownerEmail: string | null }

export type PeopleStore = {
  /** A receiver gets a receiver record with the user's e-mail as external id, unless one is named. */
  createUser: (
    draft: {
      id: string
      email: string
      name: string
      role: Role
      passwordHash: string | null
      totpSecret: string | null
      receiverExternalId?: string
    },
    actor: Actor,
  ) => Promise<User | 'email_taken'>
  findUser: (id: string) => Promise<User | null>
  findUserByEmail: (email: string) => Promise<(User & { passwordHash: string | null }) | null>
  listUsers: () => Promise<User[]>
  /** Which of these e-mails belong to an account that can be signed in to. */
  enabledAmong: (emails: readonly string[]) => Promise<string[]>
  findReceiver: (id: string) => Promise<Receiver | null>
  /**
   * Only while the record is still `was`; audited with what was before. `has_account`: the receiver signs in with this e-mail, which is
   * changed with the account. The risk checks look at a changed e-mail, and for some time nobody approves a payout to a receiver whose
   * data they changed (setting `independentAfterDays`).
   */
  changeReceiver: (
    was: Receiver,
    to: Pick<Receiver, 'email' | 'firstName' | 'lastName'>,
    actor: Actor,
    reason: string,
    mails: MailDraft[],
  ) => Promise<Receiver | 'stale' | 'has_account'>
  setPassword: (userId: string, passwordHash: string, actor: Actor) => Promise<void>
  /** Of the account and of the receiver's record behind it; ends every session and link, and sends the mails, all at once. */
  changeEmail: (
    userId: string,
    email: string,
    actor: Actor,
    mails: (changedAt: Date) => MailDraft[],
  ) => Promise<'changed' | 'email_taken'>
  /** Ends every session in the same transaction. */
  disableUser: (userId: string, actor: Actor) => Promise<void>
  /** Audited as `signed_in` in the same transaction, with what the person showed. */
  createSession: (
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
  useSession: (tokenHash: string, idleMs: number) => Promise<{ session: Session; user: User } | null>
  /** Another token for a living session; how long it still lives at most, or null when it has ended. */
  rotateSession: (id: string, tokenHash: string) => Promise<number | null>
  /** Signing out: audited in the same transaction, unless it was over already. */
  endSession: (id: string, actor: Actor & { kind: 'user' }) => Promise<void>
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
  /** Works at once. By an admin only for what takes one person; anything else is `AccessStore.propose`. */
  createApiKey: (draft: NewApiKey, actor: Actor) => Promise<void>
  revokeApiKey: (id: string, actor: Actor) => Promise<boolean>
  /** The live key of this hash, whose owner has not left; marks it used. A leaver's is refused and audited. */
  useApiKey: (keyHash: string) => Promise<ApiKey | null>
  /** Tells once of each key that expires within this time. Returns how many. */
  remindOfKeys: (withinMs: number, tell: (key: ExpiringKey) => Told) => Promise<number>
  listApiKeys: () => Promise<ApiKey[]>
  /**
   * A row that is the deed itself: a refusal, an export, what was agreed to. What changes rows is audited by the store that changes
   * them, in that transaction.
   */
  audit: (kind: string, actor: Actor, subject: string | null, data: Record<string, unknown>) => Promise<void>
}

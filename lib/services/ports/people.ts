/** Accounts, what their people may do, and how that changes. */
import type { AccessAct } from '#lib/payouts/access.ts'
import type { MailRhythm } from '#lib/payouts/mail-rhythm.ts'
import type { Actor, Role } from '#lib/payouts/permissions.ts'
import type { AuditKind } from './audit.ts'
import type { ItemDraft } from './desk.ts'
import type { NewApiKey } from './key.ts'
import type { Locale } from '#lib/words/locales.ts'
import type { MailDraft } from './message.ts'
import type { Receiver } from './payout.ts'

/** An account as admins see it. */
export type PersonRow = User & {
  lastSeenAt: Date | null
  openSessions: number
  /** When the open invitation expires; null when none waits. */
  invitedUntil: Date | null
}

/** A proposed change of who may do what; it waits for another admin or, where there is none, for its time. */
export type AccessChange = {
  id: string
  subjectId: string
  act: AccessAct
  proposedById: string
  proposedByName: string
  proposedAt: Date
  /** When it takes effect by itself; null when another admin must confirm it. */
  dueAt: Date | null
  decision: AccessDecision | 'at_once' | null
}

export type AccessDecision = 'confirmed' | 'declined' | 'withdrawn' | 'elapsed'

/** Whom to tell, in the same transaction. */
export type Told = { mails: MailDraft[]; item?: ItemDraft }

export type AccessStore = {
  listPeople: () => Promise<PersonRow[]>
  /** A person has one open invitation; an earlier one stops working. */
  invite: (
    draft: {
      tokenHash: string
      userId: string
      lifetimeMs: number
      invitedByName: string
      /** The sender counts as behind the account from now on; absent where another row says so. */
      act?: AccessAct
    },
    actor: Actor,
  ) => Promise<void>
  findInvitation: (tokenHash: string) => Promise<{ user: User; invitedByName: string } | null>
  /** Sets the password and ends everything that let the person in before. Null when it was used or expired; one caller wins. */
  acceptInvitation: (tokenHash: string, passwordHash: string) => Promise<User | null>
  /** Ends sessions; a former approver loses what they approved. Answers the ids of the payouts that this leaves short. */
  changeRole: (userId: string, role: Role, reason: string, actor: Actor) => Promise<string[]>
  /** Makes the account another one of the same human being, or (null) of nobody else. What it approved no longer counts. */
  setPerson: (userId: string, sameAs: string | null, reason: string, actor: Actor) => Promise<string[]>

  /** Stores the proposal; nothing changes yet. A new key is stored with it and does not work yet. */
  propose: (
    draft: { id: string; subjectId: string; act: AccessAct },
    actor: Actor & { kind: 'user' },
    tell: (made: AccessChange) => Told,
    key?: NewApiKey,
  ) => Promise<AccessChange | 'already_proposed'>
  /** Open ones, oldest first. */
  proposals: () => Promise<AccessChange[]>
  /**
   * Decides once, and carries out the proposal in the same transaction. `one_hand`: the two people are not independent. `overtaken`: it
   * can no longer be done, because the e-mail address is taken. `elapsed` works only once its time has come.
   */
  decide: (
    id: string,
    decision: AccessDecision,
    actor: Actor,
    reason: string,
  ) => Promise<{ change: AccessChange; voided: string[] } | 'stale' | 'one_hand' | 'overtaken'>
  /** Open proposals whose time has come and whose proposer may still propose. */
  elapsed: (limit: number) => Promise<AccessChange[]>
  /** Pairs of persons, the second lately behind an account of the first: two accounts in one hand are not two people. */
  hands: () => Promise<{ personId: string; byPersonId: string }[]>
  /** Every person that may be in the same hand as this account, including its own. */
  oneHand: (userId: string) => Promise<string[]>
}

export type User = {
  id: string
  email: string
  name: string
  role: Role
  receiverId: string | null
  hasPassword: boolean
  /** The human being behind the account: two accounts of one person count once where different people must agree. */
  personId: string
  /** Is a second factor set up? */
  hasFactor: boolean
  disabledAt: Date | null
}

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
  /** Which of these e-mails belong to an account that can sign in. */
  enabledAmong: (emails: readonly string[]) => Promise<string[]>
  findReceiver: (id: string) => Promise<Receiver | null>
  /** They are written to in this language from now on: a receiver in everything, others as account holders. */
  chooseLanguage: (userId: string, locale: Locale) => Promise<void>
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
  /** Of a receiver; null: none. */
  phraseOf: (userId: string) => Promise<string | null>
  /** A receiver's own; audited without the phrase itself. Null: none any more. */
  choosePhrase: (phrase: string | null, actor: Actor & { kind: 'user' }) => Promise<void>
  mailRhythm: (userId: string) => Promise<MailRhythm>
  /** What is held by now comes at once. */
  chooseMailRhythm: (userId: string, rhythm: MailRhythm) => Promise<void>
  setPassword: (userId: string, passwordHash: string, actor: Actor) => Promise<void>
  /** Changes it for the account and the receiver's record behind it, ends every session and link, and sends the mails, in one transaction. */
  changeEmail: (
    userId: string,
    email: string,
    actor: Actor,
    /** `locale`: the language of the account. */
    mails: (changedAt: Date, locale: Locale | null) => MailDraft[],
  ) => Promise<'changed' | 'email_taken'>
  /** Ends every session in the same transaction. */
  disableUser: (userId: string, actor: Actor) => Promise<void>
  /**
   * Writes a row that is the act itself: a refusal, an export, what was agreed to. What changes rows is audited by the store that changes
   * them, in that transaction.
   */
  audit: (
    kind: AuditKind,
    actor: Actor,
    subject: string | null,
    data: Record<string, unknown>,
  ) => Promise<void>
}

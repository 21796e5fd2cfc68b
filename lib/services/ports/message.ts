/** Mails that go out. */
/**
 * `to`: an address, or (no address, it has no @) `approvers`: everybody who may decide, `admins`, or `staff`: everybody but receivers.
 * Sent once per `dedupeKey` (and person).
 */
export type MailDraft = {
  to: string
  dedupeKey: string
  subject: string
  text: string
  /** Of a group, this account hears nothing: it knows already. */
  exceptUserId?: string
}

export type StoredMail = {
  id: string
  recipient: string
  subject: string
  /** Empty once it was sent or given up (the demo mailbox keeps it); null when its seal can't be opened. */
  text: string | null
  createdAt: Date
  sentAt: Date | null
  attempts: number
  payoutId: string | null
}

export type MailStore = {
  /** Outside a payout's change: sign-in links. */
  enqueue: (draft: MailDraft) => Promise<void>
  find: (id: string) => Promise<StoredMail | null>
  latest: (limit: number) => Promise<StoredMail[]>
  /** True for exactly one caller while unsent: that one has read it before, and sends it. Its text is blank from now on. */
  markSent: (id: string) => Promise<boolean>
  /** Not sent after all: its text comes back for the next attempt; null gives it up. */
  markFailed: (id: string, error: string, text: string | null) => Promise<void>
}

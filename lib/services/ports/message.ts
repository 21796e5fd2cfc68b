/** Mails to people. */
import type { Locale } from '#lib/words/locales.ts'
import type { Payout, Receiver } from './payout.ts'

/** Paragraphs are apart by an empty line. A link to a page of ours is a line below its label, as in "Review it:\nhttps://…". */
export type MailWords = { subject: string; text: string }

/**
 * `to`: an address, or a group (no @ in it): `approvers`, `admins`, or `staff`, which is everybody but receivers. Sent once per
 * `dedupeKey` and person.
 */
export type MailDraft =
  | WrittenMail
  | (Addressed & {
      /** To people with an account: called with the language of each. */
      write: (locale: Locale) => MailWords
    })

/** `locale`: the language it is written in; absent: English. */
export type WrittenMail = Addressed & MailWords & { locale?: Locale }

type Addressed = {
  to: string
  dedupeKey: string
  /** This account of the group gets no mail: it knows already. */
  exceptUserId?: string
  /** To a group: people may have it held and get it in a digest (lib/payouts/mail-rhythm.ts). Alarms never wait. */
  mayWait?: true
}

export type StoredMail = {
  id: string
  recipient: string
  subject: string
  /** Empty once it was sent or given up (the demo mailbox keeps it); null if its seal can't be opened. */
  text: string | null
  locale: Locale
  createdAt: Date
  sentAt: Date | null
  attempts: number
  payoutId: string | null
}

/** What was held for a person, as far as it still waits for approval or is still late: the oldest, and how many in all of each. */
export type HeldPayouts = {
  payouts: (Pick<Payout, 'amountMinor' | 'currency'> & {
    receiver: Omit<Receiver, 'locale'>
    /** It is late, and not theirs to approve. */
    isLate: boolean
  })[]
  waiting: number
  late: number
}

export type MailStore = {
  /**
   * Sends the digests that are due, each once however many ask, and returns how many. What was decided in the meantime is left out. What is held while a digest is made goes into the next one.
   */
  sendDigests: (write: (held: HeldPayouts, locale: Locale) => MailWords) => Promise<number>
  /** Outside a payout's change: sign-in links. */
  enqueue: (draft: MailDraft) => Promise<void>
  find: (id: string) => Promise<StoredMail | null>
  /** Oldest first, at most a hundred. */
  forPayout: (payoutId: string) => Promise<StoredMail[]>
  /** Without those that are part of a digest. */
  latest: (limit: number) => Promise<StoredMail[]>
  /** True for exactly one caller, which has read the mail and now sends it. Blanks the text. */
  markSent: (id: string) => Promise<boolean>
  /** It was not sent: puts the text back for the next attempt; null gives up. */
  markFailed: (id: string, error: string, text: string | null) => Promise<void>
}

/** Mails to people. */
import type { Locale } from '#lib/words/locales.ts'

/** Paragraphs are apart by an empty line. A link to a page of ours is a line below its label, as in "Review it:\nhttps://…". */
export type MailWords = { subject: string; text: string }

/**
 * `to`: an address, or a group (no @ in it): `approvers`, `admins`, or `staff`, which is everybody but receivers. Sent once per
 * `dedupeKey` and person.
 */
export type MailDraft =
  | WrittenMail
  | (Addressed & {
      /** For staff: called with the language of each person it goes to. */
      write: (locale: Locale) => MailWords
    })

/** `locale`: the language it is written in; absent: English. */
export type WrittenMail = Addressed & MailWords & { locale?: Locale }

type Addressed = {
  to: string
  dedupeKey: string
  /** This account of the group gets no mail: it knows already. */
  exceptUserId?: string
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

export type MailStore = {
  /** Outside a payout's change: sign-in links. */
  enqueue: (draft: MailDraft) => Promise<void>
  find: (id: string) => Promise<StoredMail | null>
  /** Oldest first, at most a hundred. */
  forPayout: (payoutId: string) => Promise<StoredMail[]>
  latest: (limit: number) => Promise<StoredMail[]>
  /** True for exactly one caller, which has read the mail and now sends it. Blanks the text. */
  markSent: (id: string) => Promise<boolean>
  /** It was not sent: puts the text back for the next attempt; null gives up. */
  markFailed: (id: string, error: string, text: string | null) => Promise<void>
}

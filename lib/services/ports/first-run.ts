/** What a new installation needs before it pays anyone, and what must be remembered of it. */
import type { Actor } from '#lib/payouts/permissions.ts'
import type { Policy } from '#lib/payouts/policy.ts'
import type { RefusedCallback } from './callback-inbox.ts'
import type { MailDraft } from './message.ts'

export type FirstRunFacts = {
  /** Enabled admins, counted as people: all, and those with a second factor. */
  admins: number
  readyAdmins: number
  /** Two of the latter who are not in one hand; since the younger account was made. */
  pair: { one: string; other: string; since: Date } | null
  /** In force; null while nobody has set one. */
  policy: { body: Policy; since: Date } | null
  /** When the first callback came that was Cardzo's. */
  callbackAt: Date | null
  /** The last one that was refused. */
  refused: Pick<RefusedCallback, 'at' | 'reason'> | null
  /** The latest test mail. `error`: why it was not taken, so far. `answer`: what the mail server said when it took it. */
  mail: {
    to: string
    sentAt: Date | null
    error: string | null
    acceptedAt: Date | null
    answer: string | null
  } | null
  backup: { by: string; at: Date } | null
}

export type FirstRunStore = {
  /** One statement, which reads as much on a large database as on an empty one. */
  facts: () => Promise<FirstRunFacts>
  /** Written into the outbox and remembered as the latest; audited. */
  sendTestMail: (mail: MailDraft & { to: string }, actor: Actor & { kind: 'user' }) => Promise<void>
  /** Audited. False: somebody has confirmed it before. */
  confirmBackup: (actor: Actor & { kind: 'user' }) => Promise<boolean>
}

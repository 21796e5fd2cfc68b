/** Open items: what a person must look at. */
import type { Actor } from '#lib/payouts/permissions.ts'
import type { MailDraft } from './message.ts'

export const itemKinds = [
  'check_unresolved',
  'order_moved_without_us',
  'other_order_id',
  'amount_differs',
  'outcome_unknown',
  'gateway_status_unknown',
  'locked_out',
  'unlisted_word',
  'redirect_refused',
  'paid_after_end',
  'callback_disagrees',
  'callback_unmatched',
  'other_operation',
  'final_contradicted',
  'form_not_filled',
  'stuck',
  'gateway_error',
  'code_without_words',
  'destination_frozen',
  'worker_failed',
  'mail_failed',
  'approval_blocked',
  'proposal_waits',
  'key_expires',
  'webhook_failed',
  'batch_stuck',
  'wrong_codes',
  'content_changed',
  'money_equation',
  'destination_unreadable',
  'endpoint_missing',
  'marker_unwritable',
  'clock_differs',
  'payout_lost',
  'balance_low',
] as const

export type ItemKind = (typeof itemKinds)[number]

export type Severity = 'info' | 'warning' | 'high' | 'critical'

export type ItemDraft = {
  kind: ItemKind
  severity: Severity
  what: string
  why: string
  /** Tells items of one kind apart when they are not about a payout (an unlisted word, an unmatched callback). */
  subject?: string
  /** What was said or found: after a person closed the item, the same does not open it again. Absent: every time is news. */
  said?: string
  data?: Record<string, unknown>
}

export type OpenItem = Omit<ItemDraft, 'subject' | 'said'> & {
  id: string
  payoutId: string | null
  openedAt: Date
  lastSeenAt: Date
  seen: number
  closedAt: Date | null
  closeReason: string | null
  /** The person who has taken it on, while their time lasts. */
  ownerId: string | null
  ownerName: string | null
  ownedAt: Date | null
  ownedUntil: Date | null
}

export type ItemStore = {
  /**
   * May money have moved for this payout, however it ended here? `its`: its own open item or uncompared callback says so. `earlier`: that
   * of a payout it retries, at any distance.
   */
  moneyInDoubt: (payoutId: string) => Promise<{ its: boolean; earlier: boolean }>
  list: (filter?: { payoutId?: string }) => Promise<OpenItem[]>
  /** Opens it outside a payout's change. Opened again, it stays one item. */
  open: (draft: ItemDraft, payoutId?: string) => Promise<void>
  /** The same about a payout, only if it is still the version that was seen; false if it has moved on. The mails are written when it opens. */
  openFor: (draft: ItemDraft, seen: { id: string; version: number }, mails?: MailDraft[]) => Promise<boolean>
  /** By a person, with a reason; false if it was already closed. */
  close: (id: string, actor: Actor, reason: string) => Promise<boolean>
  /** By the portal, when the cause is gone. */
  closeByKind: (kind: ItemKind, subject: string | undefined, reason: string) => Promise<void>
  /**
   * Makes this person the owner for some time, if the item is open and its owner is still the one they saw (null: nobody, or one whose
   * time is over). Taken again, the time begins again.
   */
  take: (
    id: string,
    person: Actor & { kind: 'user' },
    seenOwnerId: string | null,
    forMs: number,
  ) => Promise<boolean>
  /** Takes the owner away, if it was this person. */
  drop: (id: string, person: Actor & { kind: 'user' }) => Promise<boolean>
}

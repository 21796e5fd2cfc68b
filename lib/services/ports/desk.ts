/** Open items: what a person must look at. */
import type { Actor } from '#lib/payouts/permissions.ts'

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
  'worker_failed',
  'mail_failed',
  'approval_blocked',
  'proposal_waits',
  'key_expires',
  'wrong_codes',
  'content_changed',
  'money_equation',
  'destination_unreadable',
  'marker_unwritable',
] as const

export type ItemKind = (typeof itemKinds)[number]

export type Severity = 'info' | 'warning' | 'high' | 'critical'

export type ItemDraft = {
  kind: ItemKind
  severity: Severity
  what: string
  why: string
  /** Distinguishes items of one kind that are not about a payout (an unlisted word, an unmatched callback). */
  subject?: string
  /** What was said or found: once a person has closed the item, the same does not open it again. Absent: it is news each time. */
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
  /** Whoever has taken it on. */
  ownerId: string | null
  ownerName: string | null
  ownedAt: Date | null
}

export type ItemStore = {
  /**
   * May money have moved for this payout, whatever it ended as here? `its`: an open item or an uncompared callback says so.
   * `earlier`: of one that it asks for again, however long that chain.
   */
  moneyInDoubt: (payoutId: string) => Promise<{ its: boolean; earlier: boolean }>
  list: (filter?: { payoutId?: string }) => Promise<OpenItem[]>
  /** Outside a payout's change; seen again, it stays one item. */
  open: (draft: ItemDraft, payoutId?: string) => Promise<void>
  /** The same about a payout, only while it is as it was seen (`version`): false when it has moved on meanwhile. */
  openFor: (draft: ItemDraft, seen: { id: string; version: number }) => Promise<boolean>
  /** By a person, with a reason; false when it was already closed. */
  close: (id: string, actor: Actor, reason: string) => Promise<boolean>
  /** By the system: the cause is gone. */
  closeByKind: (kind: ItemKind, subject: string | undefined, reason: string) => Promise<void>
  /** The item is this person's now, if it is open and its owner is still the one that was seen (null: nobody). */
  take: (id: string, person: Actor & { kind: 'user' }, seenOwnerId: string | null) => Promise<boolean>
  /** The item is nobody's again, if it was this person's. */
  drop: (id: string, person: Actor & { kind: 'user' }) => Promise<boolean>
}

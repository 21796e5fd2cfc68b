/** What can be done to a payout, and the events it leaves on the timeline. */
import type { Actor } from '#lib/payouts/permissions.ts'
import type { AutoCaps } from '#lib/payouts/policy.ts'
import type { PayoutMove, PayoutStatus } from '#lib/payouts/transitions.ts'
import type { ItemDraft, ItemKind } from './desk.ts'
import type { MailDraft } from './message.ts'
import type { Payout } from './payout.ts'
import type { GatewayChange } from './safety.ts'
import type { Settlement } from './settlement.ts'

/** Facts of a row that a writer may set beside a move. Absent = unchanged. */
export type PayoutFacts = Partial<
  Pick<
    Payout,
    | 'orderId'
    | 'gatewayStatus'
    | 'gatewayStage'
    | 'gatewayAmount'
    | 'gatewayCurrency'
    | 'redirectUrl'
    | 'progress'
    | 'approvedById'
    | 'policyNote'
    | 'approvalsRequired'
    | 'risk'
    | 'failureMessage'
    | 'gatewayCode'
    | 'gatewayMessage'
    | 'settledBy'
  >
> & {
  /** By the database's clock, from before the request left that Cardzo answered with `payout_check_validated`. */
  validatedAt?: Date
  /** Set to the database's now. */
  validatedNow?: true
  claimedNow?: true
  approvedNow?: true
  returnedNow?: true
  /** Milliseconds from the database's now. */
  sendAfterInMs?: number
  expiresInMs?: number
}

/** One row of the timeline. */
export type Happening = { kind: HappeningKind; data?: Record<string, unknown> }

export const happeningKinds = [
  'requested',
  'check_intended',
  'check_answered',
  'status_answered',
  'pay_claimed',
  'pay_answered',
  'callback_received',
  'receiver_returned',
  'decided',
  'approval_given',
  'approval_undone',
  'approvals_voided',
  'destination_released',
  'expired',
  'taken_back',
  'link_revoked',
  'revealed',
  'settlement_proposed',
  'settlement_withdrawn',
  'settled',
  'worker_failed',
] as const

export type HappeningKind = (typeof happeningKinds)[number]

export type TimelineEvent = {
  id: bigint
  at: Date
  kind: HappeningKind
  move: PayoutMove | null
  fromStatus: PayoutStatus | null
  toStatus: PayoutStatus | null
  version: number
  actorKind: Actor['kind']
  actorId: string | null
  actorName: string
  data: Record<string, unknown>
}

/** What a writer wants done to a payout he has seen. */
export type Change = {
  /** Absent: facts only. A change without a move keeps the version, so that nobody's decision goes stale over a refreshed fact. */
  move?: PayoutMove
  facts?: PayoutFacts
  /** When the worker must look next, in milliseconds from the database's now; absent leaves it; null: never (final). */
  dueInMs?: number | null
  items?: ItemDraft[]
  /** Closes the open items of these kinds on this payout: their cause is gone. */
  closeItems?: { kinds: ItemKind[]; reason: string }
  mails?: MailDraft[]
  /** What Cardzo says of an order that has ended here; each word of its is kept once. */
  gatewayChange?: Omit<GatewayChange, 'seenAt'>
  /** Happens with the change or not at all; when this person has approved before, the change is stale. `approverId` null: all. */
  approval?:
    | { do: 'give'; note: string | null; dayLimitMinor: bigint | null }
    | { do: 'void'; approverId: string | null; reason: string }
  /** With `auto_approve`: counted under a lock, and the change is stale when the day's cap has been used up meanwhile. */
  autoCaps?: AutoCaps
  /** Happens with the change or not at all; when another settlement was in the way, the change is stale. */
  settlement?:
    | { do: 'propose'; draft: Pick<Settlement, 'id' | 'outcome' | 'reason' | 'evidence'> }
    | { do: 'confirm' | 'withdraw'; id: string }
}

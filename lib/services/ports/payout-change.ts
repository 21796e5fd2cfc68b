/** What can be done to a payout, and the events it leaves on the timeline. */
import type { Actor } from '#lib/payouts/permissions.ts'
import type { AutoCaps } from '#lib/payouts/policy.ts'
import type { PayoutMove, PayoutStatus } from '#lib/payouts/transitions.ts'
import type { ItemDraft, ItemKind } from './desk.ts'
import type { MailDraft } from './message.ts'
import type { Payout } from './payout.ts'
import type { GatewayChange } from './safety.ts'
import type { Settlement } from './settlement.ts'

/** Facts that may be set beside a move. Absent: unchanged. */
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
  /** From before the request left that Cardzo answered with `payout_check_validated`, by the database's clock. */
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
  'destination_frozen',
  'expired',
  'taken_back',
  'link_revoked',
  'revealed',
  'noted',
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

/** A change to a payout as its writer saw it. */
export type Change = {
  /** Absent: facts only. That keeps the version, so that a refreshed fact makes nobody's decision stale. */
  move?: PayoutMove
  facts?: PayoutFacts
  /**
   * When the worker must look next, in milliseconds from the database's now. Absent: as before; null: never (final). With a lease it says
   * nothing: the release does.
   */
  dueInMs?: number | null
  /** How long the writer's lease lasts from now on: what follows must find it still held. Absent: as before. */
  leaseMs?: number
  /** The change is stale while Cardzo is asked first, after a restore, for less than this many milliseconds. */
  quietMs?: number
  items?: ItemDraft[]
  /** Closes the payout's open items of these kinds, whose cause is gone. */
  closeItems?: { kinds: ItemKind[]; reason: string }
  mails?: MailDraft[]
  /** What Cardzo says about an order that has ended here. Each different word is kept once. */
  gatewayChange?: Omit<GatewayChange, 'seenAt'>
  /** In the same transaction. If this person has approved before, the change is stale. `approverId` null: everybody's. */
  approval?:
    | { do: 'give'; note: string | null; dayLimitMinor: bigint | null }
    | { do: 'void'; approverId: string | null; reason: string }
  /** With `auto_approve`: counted under a lock. If the day's cap is used up by then, the change is stale. */
  autoCaps?: AutoCaps
  /** In the same transaction. If another settlement is in the way, the change is stale. */
  settlement?:
    | { do: 'propose'; draft: Pick<Settlement, 'id' | 'outcome' | 'reason' | 'evidence'> }
    | { do: 'confirm' | 'withdraw'; id: string }
}

/** Outgoing webhooks: where events go, the events themselves, and each one's way. */
import type { AccessAct } from '#lib/payouts/access.ts'
import type { Actor } from '#lib/payouts/permissions.ts'
import type { ChatManner, TargetKind, WebhookEventType, testEventType } from '#lib/payouts/webhook-events.ts'
import type { Told } from './people.ts'

export type TargetDraft = Extract<AccessAct, { kind: 'webhook' }>

export type WebhookTarget = {
  id: string
  name: string
  kind: TargetKind
  /** What pages may show of the address: of a chat's, which is a secret, only the host. */
  addressShown: string
  events: readonly WebhookEventType[]
  ownerId: string | null
  ownerName: string | null
  ownerEmail: string | null
  chat: ChatManner | null
  hasSecret: boolean
  secretSince: Date | null
  /** Until when the secret before signs too; null: it doesn't any more. */
  previousUntil: Date | null
  createdAt: Date
  failingSince: Date | null
  disabledAt: Date | null
  disabledWhy: 'failed' | 'gone' | 'by_admin' | null
  /** On their way, at most a thousand counted. */
  waiting: number
}

export type WebhookEvent = {
  id: bigint
  at: Date
  type: WebhookEventType | typeof testEventType
  data: Record<string, unknown>
  /** The grant or open item it is about. */
  subjectId: string | null
  /** Of the payout it is about; none of it ever changes. */
  payout: {
    id: string
    version: number | null
    amountMinor: bigint
    currency: string
    clientOrderId: string
    receiverExternalId: string
    metadata: Record<string, unknown>
  } | null
  grant: {
    amountMinor: bigint
    currency: string
    reference: string
    receiverExternalId: string
  } | null
}

/** What a worker has in hand. */
export type DueDelivery = {
  targetId: string
  kind: TargetKind
  /** Null: its seal can't be opened. */
  address: string | null
  /** The current one first; null: it can't be opened. */
  secrets: readonly string[] | null
  chat: ChatManner | null
  attempts: number
  tries: number
  event: WebhookEvent
}

export type DeliveryResult = {
  /** When it is tried again; null: it arrived, or that was the last time. */
  dueInMs: number | null
  arrived: boolean
  status: number | null
  durationMs: number
  answer: string | null
  error: string | null
}

/** A line of the log. */
export type Delivery = {
  eventId: bigint
  type: WebhookEvent['type']
  at: Date
  payoutId: string | null
  attempts: number
  attemptedAt: Date | null
  dueAt: Date | null
  deliveredAt: Date | null
  status: number | null
  durationMs: number | null
  answer: string | null
  error: string | null
}

export type WebhookStore = {
  /** Not removed, in the order of their names. */
  targets: () => Promise<WebhookTarget[]>
  find: (id: string) => Promise<WebhookTarget | null>
  /** Its new secret; the one before signs too for `overlapMs`. False: there is no such target, or it has none to sign with. */
  renewSecret: (id: string, secret: string, overlapMs: number, actor: Actor) => Promise<boolean>
  /** Ends the secret before at once. */
  dropPrevious: (id: string, actor: Actor) => Promise<boolean>
  switchOn: (id: string, actor: Actor) => Promise<boolean>
  switchOff: (id: string, actor: Actor) => Promise<boolean>
  /** For good; what is on its way isn't sent any more. */
  remove: (id: string, actor: Actor) => Promise<boolean>
  /** The same event once more, now. */
  resend: (id: string, eventId: bigint, actor: Actor) => Promise<boolean>
  /** A test event, to this target alone. */
  test: (id: string, actor: Actor) => Promise<boolean>
  /** Newest first. */
  log: (
    id: string,
    page: { limit: number; before: bigint | null },
  ) => Promise<{ rows: Delivery[]; next: bigint | null }>
  /** Events after a number, oldest first. `ownerId`: only what came through this person's keys; null: all. */
  events: (after: bigint, ownerId: string | null, limit: number) => Promise<WebhookEvent[]>
  /** Until when events were deleted because of their age; null: none was. */
  goneUntil: () => Promise<Date | null>
  /**
   * Looks at `limit` events after a number, and deletes those that are older than `days` and of which nothing is on its way, with their
   * deliveries. Returns where to go on; null: what follows is younger, or nothing does.
   */
  forget: (after: bigint, days: number, limit: number) => Promise<bigint | null>

  /**
   * Turns what has happened since the last time into events, and each into its deliveries. `held`: until when a chat waits with what isn't
   * urgent, in ms. Any number of workers may call it. `more`: there is more now; `soon`: what was found can be told at the next look.
   */
  makeEvents: (held: (chat: ChatManner) => number) => Promise<'more' | 'soon' | 'nothing'>
  /** Takes what is due, for each target no more than it may have in hand. `busy`: how many this worker has in hand, by target. */
  claim: (busy: ReadonlyMap<string, number>, leaseMs: number) => Promise<DueDelivery[]>
  /** Keeps what came of an attempt, unless another worker has taken it since. Returns since when the target fails; null: it doesn't. */
  record: (
    taken: readonly Pick<DueDelivery, 'targetId' | 'event' | 'attempts'>[],
    result: DeliveryResult,
  ) => Promise<Date | null>
  /** Switches it off and tells people of it, once. */
  giveUp: (id: string, why: 'failed' | 'gone', tell: (target: WebhookTarget) => Told) => Promise<boolean>
  /** Marks items that have waited this long without an owner, once each, and tells people. */
  escalate: (
    afterMs: number,
    limit: number,
    tell: (items: readonly EscalatedItem[]) => Told,
  ) => Promise<number>
}

export type EscalatedItem = {
  id: string
  kind: string
  severity: string
  payoutId: string | null
  openedAt: Date
}

/** A request to an address that a person typed: lib/runtime/outgoing.ts. */
export type Outgoing = {
  /** What is wrong with such an address before anybody looks it up; null: nothing. */
  problem: (address: string) => 'address' | 'https' | 'port' | 'private' | null
  /** Never throws. Follows no redirect, and reads no more than the beginning of the answer. */
  post: (
    address: string,
    request: { headers: Record<string, string>; body: string },
  ) => Promise<OutgoingAnswer>
}

export type OutgoingAnswer = { durationMs: number } & (
  | { kind: 'answered'; status: number; retryAfterMs: number; beginning: string }
  /** Not one byte left: the address is not allowed. */
  | { kind: 'refused'; why: string }
  | { kind: 'no_answer'; why: string }
)

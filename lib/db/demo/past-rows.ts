/** Payouts with a past, and the rows that their past leaves. */
import { randomUUID } from 'node:crypto'
import { printOf } from '#lib/db/destination/destination-rows.ts'
import { actorColumns } from '#lib/db/engine/actor-columns.ts'
import { openKeyOf } from '#lib/db/payout/payout-changes.ts'
import { payoutPlace } from '#lib/db/payout/payout-rows.ts'
import type { Vault } from '#lib/db/seal/vault.ts'
import type { Actor } from '#lib/payouts/permissions.ts'
import { isFinal } from '#lib/payouts/transitions.ts'
import type { PayoutMove, PayoutStatus } from '#lib/payouts/transitions.ts'
import type { HappeningKind, ItemDraft, NewPayout, Payout, Progress } from '#lib/services/ports.ts'

/** One line of the timeline. With a move it leads from one status to another. */
export type PastStep = {
  at: Date
  kind: HappeningKind
  actor: Actor
  data: Record<string, unknown>
  moved: { move: PayoutMove; from: PayoutStatus; to: PayoutStatus } | null
}

export type PastPayout = Omit<
  NewPayout,
  | 'receiver'
  | 'saves'
  | 'judgedSource'
  | 'replacesId'
  | 'destinationId'
  | 'endpointId'
  | 'ipAddress'
  | 'metadata'
> & {
  receiverId: string
  createdAt: Date
  /** Oldest first. The request comes before them. */
  steps: readonly PastStep[]
  asker: Actor
  approvals: readonly { at: Date; approverId: string; approverName: string; personId: string }[]
  /** What the worker and Cardzo have found out. */
  facts: Partial<
    Pick<
      Payout,
      | 'orderId'
      | 'gatewayStatus'
      | 'gatewayStage'
      | 'validatedAt'
      | 'payClaimedAt'
      | 'approvedAt'
      | 'approvedById'
      | 'policyNote'
      | 'approvalsRequired'
      | 'coolingOffUntil'
      | 'expiresAt'
      | 'gatewayCode'
      | 'gatewayMessage'
      | 'failureMessage'
    >
  >
  items: readonly ItemDraft[]
  progress: Progress
}

export type Row = Record<string, unknown>

/** Where its history has taken it, and since when. */
export function standOf({ steps, createdAt }: Pick<PastPayout, 'steps' | 'createdAt'>): {
  status: PayoutStatus
  since: Date
  version: number
} {
  const moves = steps.flatMap(({ at, moved }) => (moved ? [{ at, ...moved }] : []))
  const since = moves.findLast(({ from, to }) => from !== to)?.at ?? createdAt
  return { status: moves.at(-1)?.to ?? 'requested', since, version: 1 + moves.length }
}

export function payoutRow(payout: PastPayout, vault: Vault): Row {
  const { facts } = payout
  return {
    id: payout.id,
    status: 'awaiting_approval',
    amount_minor: payout.amountMinor,
    currency: payout.currency,
    description: payout.description,
    receiver_id: payout.receiverId,
    destination_sealed: vault.seal(JSON.stringify(payout.destination), payoutPlace(payout.id)),
    destination_print: printOf(vault, payout.destination),
    content_hash: payout.contentHash,
    account_last4: payout.accountLast4,
    source: payout.source,
    judged_source: payout.source,
    requested_by_id: payout.requestedById,
    api_key_id: payout.apiKeyId,
    idempotency_key: payout.idempotencyKey,
    request_hash: payout.requestHash,
    client_order_id: payout.clientOrderId,
    policy_version: payout.policyVersion,
    reserves: payout.reserves,
    status_token_hash: payout.statusTokenHash,
    return_token_hash: payout.returnTokenHash,
    created_at: payout.createdAt,
    order_id: facts.orderId ?? null,
    approvals_required: facts.approvalsRequired ?? null,
    policy_note: facts.policyNote ?? null,
  }
}

export function eventRows({
  id,
  source,
  amountMinor,
  currency,
  reserves,
  createdAt,
  asker,
  steps,
}: PastPayout): Row[] {
  const asked: PastStep = {
    at: createdAt,
    kind: 'requested',
    actor: asker,
    // As the statement that makes a payout writes it: the money check compares two books.
    data: { source, amountMinor: amountMinor.toString(), currency, reserves },
    moved: null,
  }
  let version = 1
  return [asked, ...steps].map(({ at, kind, actor, data, moved }) => {
    if (moved) version++
    const { actorKind, actorId, actorName } = actorColumns(actor)
    return {
      payout_id: id,
      at,
      kind,
      move: moved?.move ?? null,
      from_status: moved?.from ?? null,
      to_status: moved?.to ?? null,
      version,
      actor_kind: actorKind,
      actor_id: actorId,
      actor_name: actorName,
      data,
    }
  })
}

export const approvalRows = (payout: PastPayout): Row[] =>
  payout.approvals.map(({ at, approverId, approverName, personId }) => ({
    id: randomUUID(),
    payout_id: payout.id,
    content_hash: payout.contentHash,
    order_id: payout.facts.orderId ?? null,
    approver_id: approverId,
    approver_name: approverName,
    person_id: personId,
    amount_minor: payout.amountMinor,
    currency: payout.currency,
    at,
    open_key: `${payout.id}:${personId}`,
  }))

export function transferRows(payout: PastPayout): (Row & { at: Date })[] {
  if (!payout.reserves) return []
  const { status, since } = standOf(payout)
  const transfer = (at: Date, kind: string, debit: string, credit: string, actor: Actor) => ({
    at,
    receiver_id: payout.receiverId,
    currency: payout.currency,
    amount_minor: payout.amountMinor,
    debit,
    credit,
    kind,
    payout_id: payout.id,
    actor_name: actorColumns(actor).actorName,
  })
  const reserved = transfer(payout.createdAt, 'reserve', 'available', 'reserved', payout.asker)
  const last = payout.steps.at(-1)
  if (!last || !isFinal(status)) return [reserved]
  const [kind, credit] = status === 'paid' ? ['capture', 'paid'] : ['release', 'available']
  return [reserved, transfer(since, kind, 'reserved', credit, last.actor)]
}

export const itemRows = (payout: PastPayout): Row[] =>
  payout.items.map(({ kind, severity, what, why, data = {} }) => ({
    id: randomUUID(),
    kind,
    severity,
    payout_id: payout.id,
    what,
    why,
    data,
    opened_at: standOf(payout).since,
    last_seen_at: standOf(payout).since,
    seen: 1,
    open_key: openKeyOf(`${kind}:${payout.id}`),
  }))

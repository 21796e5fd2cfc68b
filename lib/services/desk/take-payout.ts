import { may } from '#lib/payouts/permissions.ts'
import type { Actor } from '#lib/payouts/permissions.ts'
import { refuse } from '#lib/payouts/refusals.ts'
import type { Refusal } from '#lib/payouts/refusals.ts'
import { isUuid } from '#lib/payouts/uuid.ts'
import type { Deps } from '#lib/services/ports.ts'

/** Long enough to look something up, short enough that a closed laptop keeps nobody waiting. */
const takenForMs = 15 * 60_000

/**
 * An approver says that they look at a payout, so that two don't do the same work: for fifteen minutes, or more when pressed again. It keeps
 * nobody from approving it.
 */
export async function takePayout(
  deps: Deps,
  actor: Actor,
  input: { id: string },
): Promise<{ ok: true } | Refusal<'forbidden' | 'not_found' | 'item_taken'>> {
  if (actor.kind !== 'user' || !may(actor, 'payout.decide')) return refuse('forbidden')
  if (!isUuid(input.id)) return refuse('not_found')
  return (await deps.approvals.take(input.id, actor, takenForMs)) ? { ok: true } : refuse('item_taken')
}

/** They look at it no longer. */
export async function dropPayout(
  deps: Deps,
  actor: Actor,
  input: { id: string },
): Promise<{ ok: true } | Refusal<'forbidden' | 'not_found' | 'item_taken'>> {
  if (actor.kind !== 'user' || !may(actor, 'payout.decide')) return refuse('forbidden')
  if (!isUuid(input.id)) return refuse('not_found')
  return (await deps.approvals.drop(input.id, actor)) ? { ok: true } : refuse('item_taken')
}

import { refuseDecision } from '#lib/payouts/permissions.ts'
import type { Actor } from '#lib/payouts/permissions.ts'
import { refuse } from '#lib/payouts/refusals.ts'
import type { Refusal } from '#lib/payouts/refusals.ts'
import { payoutFor } from './payout-for.ts'
import { subjectOf } from './payout-subject.ts'
import type { Deps, Payout } from './ports.ts'

/** An approver says yes to the version he saw. The worker pays; nobody else does. */
export async function approvePayout(
  deps: Deps,
  actor: Actor,
  input: { id: string; version: number },
): Promise<
  | { ok: true; payout: Payout }
  | Refusal<'not_found' | 'forbidden' | 'own_request' | 'wrong_status' | 'amount_differs' | 'stale'>
> {
  const payout = await payoutFor(deps, actor, input.id)
  if (!payout) return refuse('not_found')
  const refused = refuseDecision(actor, 'approve', subjectOf(payout))
  if (refused) return refuse(refused)
  if (payout.version !== input.version) return refuse('stale')
  const saved = await deps.payouts.advance(
    payout,
    {
      move: 'approve',
      facts: { approvedNow: true, ...(actor.kind === 'user' && { approvedById: actor.id }) },
      dueInMs: 0,
    },
    actor,
    { kind: 'decided' },
  )
  return saved === 'stale' ? refuse('stale') : { ok: true, payout: saved }
}

import { refuseSettlement } from '#lib/payouts/permissions.ts'
import type { Actor, SettlementRefusal } from '#lib/payouts/permissions.ts'
import { refuse } from '#lib/payouts/refusals.ts'
import type { Refusal } from '#lib/payouts/refusals.ts'
import { payoutFor } from '#lib/services/payout/payout-for.ts'
import { subjectFor } from '#lib/services/payout/payout-subject.ts'
import type { Deps } from '#lib/services/ports.ts'

/** Withdraws a proposal: the approver who made it, or another one who doesn't agree. The outcome stays unknown. */
export async function withdrawSettlement(
  deps: Deps,
  actor: Actor,
  input: { id: string; settlementId: string },
): Promise<{ ok: true } | Refusal<SettlementRefusal | 'not_found' | 'stale'>> {
  const payout = await payoutFor(deps, actor, input.id)
  if (!payout) return refuse('not_found')
  const refused = refuseSettlement(actor, await subjectFor(deps, payout), null)
  if (refused) return refuse(refused)
  const settlement = (await deps.settlements.forPayouts([payout.id])).find(
    ({ id }) => id === input.settlementId,
  )
  if (!settlement) return refuse('not_found')
  if (settlement.decision !== null) return refuse('stale')
  const saved = await deps.payouts.advance(
    payout,
    { settlement: { do: 'withdraw', id: settlement.id } },
    actor,
    { kind: 'settlement_withdrawn', data: { settlementId: settlement.id, outcome: settlement.outcome } },
  )
  return saved === 'stale' ? refuse('stale') : { ok: true }
}

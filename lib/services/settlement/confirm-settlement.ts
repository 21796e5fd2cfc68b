import { refuseSettlement } from '#lib/payouts/permissions.ts'
import type { Actor, SettlementRefusal } from '#lib/payouts/permissions.ts'
import { refuse } from '#lib/payouts/refusals.ts'
import type { Refusal } from '#lib/payouts/refusals.ts'
import { mailsOn } from '#lib/services/message/mails.ts'
import { payoutFor } from '#lib/services/payout/payout-for.ts'
import { subjectFor } from '#lib/services/payout/payout-subject.ts'
import { isSamePerson } from '#lib/services/people/same-person.ts'
import type { Deps, Payout } from '#lib/services/ports.ts'
import { refuseStepUp } from '#lib/services/sign-in/step-up.ts'
import type { StepUpRefusal } from '#lib/services/sign-in/step-up.ts'
import { refuseByStatus } from './fresh-status.ts'

/**
 * A second approver confirms what another proposed, and the payout ends. If Cardzo answers at the same moment exactly one wins: both
 * change the same version of the row. A fresh code covers exactly this proposal.
 */
export async function confirmSettlement(
  deps: Deps,
  actor: Actor,
  input: { id: string; settlementId: string; version: number; code: string },
): Promise<
  | { ok: true; payout: Payout }
  | Refusal<
      SettlementRefusal | StepUpRefusal | 'not_found' | 'stale' | 'status_not_fresh' | 'cardzo_contradicts'
    >
> {
  const payout = await payoutFor(deps, actor, input.id)
  if (!payout) return refuse('not_found')
  const settlement = (await deps.settlements.forPayouts([payout.id])).find(
    ({ id }) => id === input.settlementId,
  )
  const refused = refuseSettlement(actor, await subjectFor(deps, payout), settlement?.proposedById ?? null)
  if (refused) return refuse(refused)
  if (actor.kind !== 'user') return refuse('forbidden')
  if (!settlement) return refuse('not_found')
  // Two accounts of one person are not two people.
  if (await isSamePerson(deps, actor.id, settlement.proposedById)) return refuse('same_person')
  // It was withdrawn, or the payout has left its unknown outcome and come back: this is not what was proposed.
  if (settlement.decision !== null || payout.version !== input.version) return refuse('stale')
  if (settlement.version !== payout.version) return refuse('stale')
  const { id, outcome, reason, evidence } = settlement
  const unheard = await refuseByStatus(deps, payout, outcome)
  // It has moved on since it was read, and an answer about the earlier status says nothing about this one.
  if (unheard)
    return (await deps.payouts.find(payout.id))?.version === payout.version ? unheard : refuse('stale')
  const act = { kind: 'settle', subject: `confirm ${id} as ${outcome} for ${payout.id}` } as const
  const unproven = await refuseStepUp(deps, actor, act, input.code)
  if (unproven) return unproven

  const first = {
    id: settlement.proposedById,
    name: settlement.proposedByName,
    at: settlement.proposedAt.toISOString(),
  }
  const second = { id: actor.id, name: actor.name, at: new Date(deps.clock.wallMs()).toISOString() }
  const saved = await deps.payouts.advance(
    payout,
    {
      move: outcome === 'paid' ? 'settle_paid' : 'settle_failed',
      facts: { settledBy: [first, second], redirectUrl: null },
      settlement: { do: 'confirm', id },
      // Asked once more after the end: an answer may have been on its way while people decided.
      dueInMs: deps.config.pollIntervalMs,
      closeItems: {
        kinds: ['outcome_unknown', 'gateway_status_unknown', 'redirect_refused'],
        reason: `Settled as ${outcome} by ${first.name} and ${second.name}.`,
      },
      mails: await mailsOn(deps, payout, outcome),
    },
    actor,
    { kind: 'settled', data: { settlementId: id, outcome, reason, evidence, settledBy: [first, second] } },
  )
  return saved === 'stale' ? refuse('stale') : { ok: true, payout: saved }
}

import { refuseDecision } from '#lib/payouts/permissions.ts'
import type { Actor } from '#lib/payouts/permissions.ts'
import { reasonMaxCharacters } from '#lib/payouts/reason.ts'
import { refuse } from '#lib/payouts/refusals.ts'
import type { Refusal } from '#lib/payouts/refusals.ts'
import { tidyProse } from '#lib/payouts/text.ts'
import { mailsOn } from '#lib/services/message/mails.ts'
import { payoutFor } from '#lib/services/payout/payout-for.ts'
import { subjectFor } from '#lib/services/payout/payout-subject.ts'
import type { Deps, Payout } from '#lib/services/ports.ts'

/** An approver says no, with a reason for the receiver. Possible until payout-pay is claimed. */
export async function rejectPayout(
  deps: Deps,
  actor: Actor,
  input: { id: string; version: number; reason: string },
): Promise<
  | { ok: true; payout: Payout }
  | Refusal<
      | 'not_found'
      | 'forbidden'
      | 'own_request'
      | 'wrong_status'
      | 'amount_differs'
      | 'stale'
      | 'reason_required'
      | 'invalid_request'
    >
> {
  const payout = await payoutFor(deps, actor, input.id)
  if (!payout) return refuse('not_found')
  const refused = refuseDecision(actor, 'reject', await subjectFor(deps, payout))
  if (refused) return refuse(refused)
  const reason = tidyProse(input.reason)
  if (reason === '') return refuse('reason_required')
  if (reason.length > reasonMaxCharacters)
    return refuse('invalid_request', {
      errors: [{ path: 'reason', said: { code: 'tooLong', max: reasonMaxCharacters } }],
    })
  if (payout.version !== input.version) return refuse('stale')
  const saved = await deps.payouts.advance(
    payout,
    {
      move: 'reject',
      facts: { failureMessage: reason },
      // What is not paid uses up nobody's daily limit.
      approval: { do: 'void', approverId: null, reason: 'The payout was rejected.' },
      dueInMs: null,
      mails: await mailsOn(deps, payout, 'rejected', { reason }),
    },
    actor,
    { kind: 'decided', data: { reason } },
  )
  return saved === 'stale' ? refuse('stale') : { ok: true, payout: saved }
}

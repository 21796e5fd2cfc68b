import { displayAmount } from '#lib/payouts/money.ts'
import { may } from '#lib/payouts/permissions.ts'
import type { Actor } from '#lib/payouts/permissions.ts'
import { refuse } from '#lib/payouts/refusals.ts'
import type { Refusal } from '#lib/payouts/refusals.ts'
import { tidyProse } from '#lib/payouts/text.ts'
import { isUuid } from '#lib/payouts/uuid.ts'
import type { Deps } from '#lib/services/ports.ts'
import { refuseStepUp } from '#lib/services/sign-in/step-up.ts'
import type { StepUpRefusal } from '#lib/services/sign-in/step-up.ts'
import { reasonMax } from '#lib/services/safety/stop-sending.ts'

/** Takes a whole grant back, if that much is still available. Its reference stays used. */
export async function reverseGrant(
  deps: Deps,
  actor: Actor,
  input: { id: string; reason: string; code: string },
): Promise<
  | { ok: true }
  | Refusal<
      'forbidden' | 'not_found' | 'reason_required' | 'already_reversed' | 'not_available' | StepUpRefusal
    >
> {
  if (!may(actor, 'balance.reverse')) return refuse('forbidden')
  const reason = tidyProse(input.reason).slice(0, reasonMax)
  if (reason === '') return refuse('reason_required')
  const grant = isUuid(input.id) ? await deps.ledger.findGrant({ id: input.id }) : null
  if (!grant) return refuse('not_found')
  if (grant.reversedAt) return refuse('already_reversed')
  const { currency, amountMinor } = grant
  const balances = await deps.ledger.balances(grant.receiverId)
  const availableMinor = balances.find((one) => one.currency === currency)?.availableMinor ?? 0n
  if (availableMinor < amountMinor)
    return refuse('not_available', {
      detail: { code: 'available', amount: displayAmount(availableMinor, currency) },
    })
  const unproven = await refuseStepUp(
    deps,
    actor,
    { kind: 'grant', subject: `reverse ${grant.id}` },
    input.code,
  )
  if (unproven) return unproven
  switch (await deps.ledger.reverse(grant.id, reason, actor)) {
    case 'reversed':
      return { ok: true }
    case 'reversed_already':
      return refuse('already_reversed')
    case 'not_available':
      return refuse('not_available')
    case 'not_found':
      return refuse('not_found')
  }
}

import { may } from '#lib/payouts/permissions.ts'
import type { Actor } from '#lib/payouts/permissions.ts'
import { receiverName } from '#lib/payouts/receiver-name.ts'
import { refuse } from '#lib/payouts/refusals.ts'
import type { Refusal } from '#lib/payouts/refusals.ts'
import { isBeforeClaim, payoutStatuses } from '#lib/payouts/transitions.ts'
import { isUuid } from '#lib/payouts/uuid.ts'
import { shortWithout } from '#lib/payouts/who-may-approve.ts'
import type { Deps, Payout } from '#lib/services/ports.ts'
import { approverAccounts, openPayouts } from './left-to-approve.ts'

/** A payout that too few people could approve. */
export type BlockedPayout = { id: string; amountMinor: bigint; currency: string; receiverName: string }

/** What would happen to open payouts if this person could no longer approve. Changes nothing, and forbids nothing. */
export async function previewLeaving(
  deps: Deps,
  actor: Actor,
  input: { userId: string },
): Promise<
  | {
      ok: true
      /** Open payouts that have enough people now, and would then have fewer than they need. */
      blocked: BlockedPayout[]
      /** Approvals of this person that would no longer count. */
      approvals: number
    }
  | Refusal<'forbidden' | 'not_found'>
> {
  if (!may(actor, 'user.manage')) return refuse('forbidden')
  const user = isUuid(input.userId) ? await deps.people.findUser(input.userId) : null
  if (!user) return refuse('not_found')
  const accounts = await approverAccounts(deps)
  const blocked: BlockedPayout[] = []
  let approvals = 0
  for await (const { payout, open } of openPayouts(deps, payoutStatuses.filter(isBeforeClaim))) {
    if (open.given.some(({ id }) => id === user.id)) approvals++
    if (shortWithout(accounts, open, user.id) > 0) blocked.push(blockedView(payout))
  }
  return { ok: true, blocked, approvals }
}

function blockedView({ id, amountMinor, currency, receiver }: Payout): BlockedPayout {
  return { id, amountMinor, currency, receiverName: receiverName(receiver) }
}

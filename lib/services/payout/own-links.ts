import { formatAmount } from '#lib/payouts/money.ts'
import { may } from '#lib/payouts/permissions.ts'
import type { Actor } from '#lib/payouts/permissions.ts'
import { isBeforeClaim } from '#lib/payouts/transitions.ts'
import type { Deps } from '#lib/services/ports.ts'
import { hashToken } from './links.ts'

/** Paths for the signed-in receiver of a payout. */
export type OwnLinks = {
  back: string
  /** Asks first. Null: it can't be cancelled. */
  cancel: string | null
  /** The form with the same amount, and the same account if it is still saved. */
  again: string
  /** The same for another account. */
  other: string
}

/** Null for everybody but the receiver of the payout that this status link opens. */
export async function ownLinks(
  deps: Pick<Deps, 'payouts'>,
  actor: Actor,
  token: string,
): Promise<OwnLinks | null> {
  if (actor.kind !== 'user' || !may(actor, 'payout.ask') || actor.receiverId === null) return null
  const link = await deps.payouts.findForLink(hashToken(token))
  const payout = link && (await deps.payouts.find(link.payout.id))
  if (!payout || payout.receiver.id !== actor.receiverId) return null
  const { id, amountMinor, currency, destinationId, status } = payout
  const amount = { amount: formatAmount(amountMinor, currency), currency }
  const form = (more: Record<string, string>) =>
    `/withdraw?${new URLSearchParams({ ...more, ...amount }).toString()}`
  return {
    back: '/withdrawals',
    cancel: isBeforeClaim(status) ? `/withdrawals?cancel=${id}#cancel-${id}` : null,
    again: form({ to: destinationId ?? 'default' }),
    other: form({}),
  }
}

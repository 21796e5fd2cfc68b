import { currenciesPaid } from '#lib/services/endpoint/endpoint-book.ts'
import { currencyPolicy, limitMinor } from '#lib/payouts/policy.ts'
import { may } from '#lib/payouts/permissions.ts'
import type { Actor } from '#lib/payouts/permissions.ts'
import { refuse } from '#lib/payouts/refusals.ts'
import type { Refusal } from '#lib/payouts/refusals.ts'
import { finalStatuses, openStatuses } from '#lib/payouts/transitions.ts'
import { statusPathOf } from '#lib/services/payout/links.ts'
import type { Balance, Deps, Grant, LedgerTransfer, Payout } from '#lib/services/ports.ts'

/** More than anybody reads; older ones are in the list of withdrawals. */
const shown = 200

export type OwnLimit = {
  currency: string
  payoutMinor: bigint | null
  dayMinor: bigint | null
  monthMinor: bigint | null
}

export type OwnPayout = { payout: Payout; statusPath: string | null }

/** A receiver's own balances with what makes up each number, and the limits that apply to them. */
export async function showBalance(
  deps: Deps,
  actor: Actor,
): Promise<
  | {
      ok: true
      /** May they ask only for what is available? */
      needsBalance: boolean
      balances: Balance[]
      grants: Grant[]
      /** Every movement, newest first. */
      transfers: LedgerTransfer[]
      /** Payouts that money is reserved for, and those that were paid. */
      reserved: OwnPayout[]
      paid: OwnPayout[]
      limits: OwnLimit[]
    }
  | Refusal<'forbidden'>
> {
  if (actor.kind !== 'user' || !may(actor, 'balance.see_own') || actor.receiverId === null)
    return refuse('forbidden')
  const { receiverId } = actor
  const [settings, balances, grants, transfers, open, ended, limits] = await Promise.all([
    deps.settings.read(),
    deps.ledger.balances(receiverId),
    deps.ledger.grants({ receiverId }, shown),
    deps.ledger.transfers(receiverId, shown),
    deps.payouts.list({ receiverId, statuses: openStatuses }, { limit: shown }),
    deps.payouts.list(
      { receiverId, statuses: finalStatuses.filter((one) => one === 'paid') },
      { limit: shown },
    ),
    limitsOf(deps),
  ])
  const ofBalance = (rows: Payout[]): OwnPayout[] =>
    rows
      .filter(({ reserves }) => reserves)
      .map((payout) => ({ payout, statusPath: statusPathOf(deps.config, payout) }))
  return {
    ok: true,
    needsBalance: settings.requireBalance,
    balances,
    grants,
    transfers,
    reserved: ofBalance(open.rows),
    paid: ofBalance(ended.rows),
    limits,
  }
}

/** The policy's limits on one receiver, for currencies that have any. */
export async function limitsOf(deps: Pick<Deps, 'policy' | 'config' | 'endpoints'>): Promise<OwnLimit[]> {
  const { body } = await deps.policy.active()
  return (await currenciesPaid(deps)).flatMap((currency) => {
    const { payout, receiverDay, receiverMonth } = currencyPolicy(body, currency).limits
    if (payout === null && receiverDay === null && receiverMonth === null) return []
    const minor = (limit: string | null) => limitMinor(limit, currency)
    return [
      {
        currency,
        payoutMinor: minor(payout),
        dayMinor: minor(receiverDay),
        monthMinor: minor(receiverMonth),
      },
    ]
  })
}

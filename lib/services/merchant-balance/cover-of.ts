/** Does the balance at Cardzo cover what somebody is about to approve? */
import type { Deps } from '#lib/services/ports.ts'
import { balancesNow } from './balances-now.ts'
import type { BalanceNow } from './balances-now.ts'

/** What is about to be approved, as one payout or added up: by where it is sent and its currency. */
export type ToApprove = { endpointId: number; currency: string; amountMinor: bigint }

/**
 * A balance that does not cover it (`short`: `missingMinor` is lacking), or one of which nobody knows, because the last answer is too old
 * (`stale`). One that covers it is not told of.
 */
export type Cover = {
  balance: Pick<BalanceNow, 'endpointName' | 'currency' | 'askedAt' | 'freeMinor' | 'owed'>
  /** What is about to be approved and would be paid from it. */
  amountMinor: bigint
} & ({ kind: 'short'; leftMinor: bigint; missingMinor: bigint } | { kind: 'stale' })

/** A warning, not a refusal. Empty where no balance is asked for, and asks the database nothing then. */
export async function coverOf(
  deps: Pick<Deps, 'endpoints' | 'config' | 'merchantBalances'>,
  toApprove: readonly ToApprove[],
): Promise<Cover[]> {
  const { balances } = await balancesNow(deps)
  return balances.flatMap((balance): Cover[] => {
    const own = toApprove.filter((one) => paysFrom(balances, one) === balance.endpointId)
    const amountMinor = own.reduce(
      (sum, one) => (one.currency === balance.currency ? sum + one.amountMinor : sum),
      0n,
    )
    if (amountMinor === 0n) return []
    if (balance.stale) return [{ balance, amountMinor, kind: 'stale' }]
    const { leftMinor } = balance
    if (leftMinor === null || leftMinor >= amountMinor) return []
    return [{ balance, amountMinor, kind: 'short', leftMinor, missingMinor: amountMinor - leftMinor }]
  })
}

/** The endpoint whose balance pays it: its own if that asks for one, else another of the same merchant. */
function paysFrom(balances: readonly BalanceNow[], { endpointId }: ToApprove): number | undefined {
  const own = balances.find((one) => one.endpointId === endpointId)
  return (own ?? balances.find(({ drawnBy }) => drawnBy.includes(endpointId)))?.endpointId
}

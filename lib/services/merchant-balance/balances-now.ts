/** What is known of the merchant's balances at Cardzo, beside what our payouts take from them. */
import { drawingOn, freeMinor, leftMinor, lowOf, staleAfterMs } from '#lib/payouts/merchant-balance.ts'
import type { Low, Owed } from '#lib/payouts/merchant-balance.ts'
import { endpointBook } from '#lib/services/endpoint/endpoint-book.ts'
import type { BalanceAsked, Deps, StoredBalance } from '#lib/services/ports.ts'

export type BalanceNow = {
  endpointId: number
  endpointName: string
  /** The endpoints whose payouts take from it. */
  drawnBy: readonly number[]
  currency: string
  /** As Cardzo calls it; empty: it has no name. */
  name: string
  askedAt: Date
  /** Older than ten minutes: it says what was, and nothing is counted against it. */
  stale: boolean
  /** Without what Cardzo sets aside. */
  freeMinor: bigint
  owed: Owed
  /** What remains once everything approved is sent; null: stale, or one of several in this currency, of which nobody knows which one pays. */
  leftMinor: bigint | null
  low: Low
}

/** An endpoint that asks for its balance and has had no answer yet, or whose latest question failed. */
export type BalanceUntold = Pick<BalanceAsked, 'trouble' | 'said'> & {
  endpointId: number
  endpointName: string
  askedAt: Date | null
}

export type BalancesNow = { balances: BalanceNow[]; untold: BalanceUntold[] }

type Asked = Pick<Deps, 'endpoints' | 'config' | 'merchantBalances'>

/** Asks the database nothing while no endpoint asks for its balance. */
export async function balancesNow(deps: Asked): Promise<BalancesNow> {
  const { endpoints } = await endpointBook(deps)
  const asking = endpoints.filter(({ balance }) => balance !== null)
  if (asking.length === 0) return { balances: [], untold: [] }
  const { balances, asked } = await deps.merchantBalances.list()
  const told = asking.flatMap((endpoint) => {
    const own = balances.filter(({ endpointId }) => endpointId === endpoint.id)
    const [first] = own
    return first ? [{ endpoint, own, since: first.askedAt, drawnBy: drawingOn(endpoint, endpoints) }] : []
  })
  const sums = await deps.merchantBalances.owed(
    told.map(({ drawnBy, since }) => ({ endpointIds: drawnBy, since })),
  )
  return {
    balances: told.flatMap(({ endpoint, own, drawnBy }, place) =>
      own.map((balance): BalanceNow => {
        const owed = sums[place]?.get(balance.currency)
        return { ...judged(balance, own, owed, endpoint), endpointName: endpoint.name, drawnBy }
      }),
    ),
    untold: asking.flatMap(({ id, name }) => {
      const latest = asked.find(({ endpointId }) => endpointId === id)
      const isTold = balances.some(({ endpointId }) => endpointId === id)
      if (isTold && (latest?.trouble ?? null) === null) return []
      return [
        {
          endpointId: id,
          endpointName: name,
          askedAt: latest?.askedAt ?? null,
          trouble: latest?.trouble ?? null,
          said: latest?.said ?? null,
        },
      ]
    }),
  }
}

const none: Owed = { awaitingMinor: 0n, approvedMinor: 0n, sentSinceMinor: 0n }

/** Its age is by this server's clock, for display only. */
function judged(
  balance: StoredBalance,
  own: readonly StoredBalance[],
  owed: Owed = none,
  { lowMarks }: { lowMarks: Readonly<Record<string, string>> },
): Omit<BalanceNow, 'endpointName' | 'drawnBy'> {
  const { endpointId, currency, name, askedAt } = balance
  const free = freeMinor(balance)
  const stale = Date.now() - askedAt.getTime() > staleAfterMs
  const isOnly = own.filter((one) => one.currency === currency).length === 1
  const compares = isOnly && !stale
  const mark = lowMarks[currency]
  return {
    ...{ endpointId, currency, name, askedAt, stale, owed },
    freeMinor: free,
    leftMinor: compares ? leftMinor(free, owed) : null,
    low: compares ? lowOf(free, owed, mark === undefined ? null : BigInt(mark)) : null,
  }
}

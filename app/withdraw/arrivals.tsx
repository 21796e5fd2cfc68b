import { ArrivalTime } from '#app/_ui/arrival-time.tsx'
import type { Arrival } from '#lib/payouts/arrival.ts'

/** When withdrawals usually arrive, for each currency of which enough is known. With one currency it needs no name. */
export function Arrivals({
  arrivals,
}: {
  arrivals: readonly { currency: string; arrival: Arrival | null }[]
}) {
  const known = arrivals.flatMap(({ currency, arrival }) => (arrival ? [{ currency, arrival }] : []))
  if (known.length === 0) return null
  return (
    <ul className="mb-6">
      {known.map(({ currency, arrival }) => (
        <li key={currency} className="flex items-baseline gap-2">
          {arrivals.length > 1 && <span className="shrink-0 text-sm font-medium">{currency}</span>}
          <ArrivalTime arrival={arrival} />
        </li>
      ))}
    </ul>
  )
}

import Link from 'next/link'
import { Alert } from '#app/_ui/alert.tsx'
import { Amount } from '#app/_ui/amount.tsx'
import { displayAmount } from '#lib/payouts/money.ts'
import type { Balance } from '#lib/services/ports.ts'

/** What can be asked for, before the form asks how much. Nothing where no balance is needed and there is none. */
export function Available({ needed, balances }: { needed: boolean; balances: readonly Balance[] }) {
  if (!needed) return null
  if (balances.every(({ availableMinor }) => availableMinor === 0n))
    return (
      <div className="mb-6">
        <Alert tone="info" title="Nothing is available at the moment">
          <Link href="/balance" prefetch={false} className="text-link inline-flex min-h-8 items-center">
            See your balance
          </Link>
        </Alert>
      </div>
    )
  return (
    <p className="mb-6 flex flex-wrap items-baseline gap-x-5 gap-y-1">
      <Link href="/balance" prefetch={false} className="text-link inline-flex min-h-8 items-center">
        Available
      </Link>
      {balances.map(({ currency, availableMinor }) => (
        <span key={currency} className="text-lg">
          <Amount display={displayAmount(availableMinor, currency)} />
        </span>
      ))}
    </p>
  )
}

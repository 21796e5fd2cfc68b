import Link from 'next/link'
import { Alert } from '#app/_ui/alert.tsx'
import { Amount } from '#app/_ui/amount.tsx'
import { askableMinor, laterText } from '#lib/payouts/holding.ts'
import { displayAmount } from '#lib/payouts/money.ts'
import type { Balance } from '#lib/services/ports.ts'

/** How much can be asked for, above the form. Nothing if no balance is needed. */
export function Available({ needed, balances }: { needed: boolean; balances: readonly Balance[] }) {
  if (!needed) return null
  const later = balances.flatMap((one) => laterText(one, one.currency) ?? [])
  if (balances.every((one) => askableMinor(one) === 0n))
    return (
      <div className="mb-6">
        <Alert tone="info" title="Nothing is available at the moment">
          {later.map((text) => (
            <p key={text}>{text}.</p>
          ))}
          <Link href="/balance" prefetch={false} className="text-link inline-flex min-h-8 items-center">
            See your balance
          </Link>
        </Alert>
      </div>
    )
  return (
    <div className="mb-6">
      <p className="flex flex-wrap items-baseline gap-x-5 gap-y-1">
        <Link href="/balance" prefetch={false} className="text-link inline-flex min-h-8 items-center">
          {later.length === 0 ? 'Available' : 'Available now'}
        </Link>
        {balances.map((one) => (
          <span key={one.currency} className="text-lg">
            <Amount display={displayAmount(askableMinor(one), one.currency)} />
          </span>
        ))}
      </p>
      {later.map((text) => (
        <p key={text} className="text-sm text-ink-2">
          {text}.
        </p>
      ))}
    </div>
  )
}

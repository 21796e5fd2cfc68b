import { useTranslations } from 'next-intl'
import Link from 'next/link'
import { Amount } from '#app/_ui/amount.tsx'
import { displayAmount } from '#lib/payouts/money.ts'
import type { PayoutStatus } from '#lib/payouts/transitions.ts'
import { pathOf } from './filter.ts'
import type { Filter } from './filter.ts'

type Sum = { currency: string; status: PayoutStatus; count: number; amountMinor: bigint }

/** The sums of what the filter finds on all pages, per currency and status; null: too much to add up. */
export function SumStrip({ sums, filter }: { sums: readonly Sum[] | null; filter: Filter }) {
  if (sums === null)
    return (
      <p className="my-6 text-[0.9375rem] text-ink-2">
        This search finds more than can be added up here. Add more of a name or an id to see sums.
      </p>
    )
  const currencies = [...new Set(sums.map((sum) => sum.currency))].sort()
  if (currencies.length === 0) return <div className="h-6" />
  return (
    <dl className="my-6 grid gap-3 sm:grid-cols-2 lg:grid-cols-3">
      {currencies.map((currency) => (
        <CurrencySum
          key={currency}
          currency={currency}
          sums={sums.filter((sum) => sum.currency === currency)}
          filter={filter}
        />
      ))}
    </dl>
  )
}

function CurrencySum({ currency, sums, filter }: { currency: string; sums: readonly Sum[]; filter: Filter }) {
  const label = useTranslations('status.label')
  const total = sums.reduce((sum, part) => sum + part.amountMinor, 0n)
  const count = sums.reduce((sum, part) => sum + part.count, 0)
  return (
    <div className="rounded-xl border border-line bg-surface px-4 py-3">
      <dt className="overline-label">
        {count} <span>{count === 1 ? 'payout' : 'payouts'}</span> in {currency}
      </dt>
      <dd className="mt-0.5 text-xl tracking-tight">
        <Amount display={displayAmount(total, currency)} />
      </dd>
      {sums.length > 1 && (
        <dd className="mt-1.5 flex flex-wrap gap-x-3 gap-y-0.5 text-[0.8125rem]">
          {sums.map((sum) => (
            <Link
              key={sum.status}
              href={pathOf({ ...filter, statuses: [sum.status] })}
              prefetch={false}
              className="inline-flex min-h-6 items-center text-ink-2 underline decoration-line-strong underline-offset-3 hover:text-ink"
            >
              {sum.count} {label(sum.status).toLowerCase()}
            </Link>
          ))}
        </dd>
      )}
    </div>
  )
}

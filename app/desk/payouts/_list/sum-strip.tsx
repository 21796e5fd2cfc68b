import { useTranslations } from 'next-intl'
import Link from 'next/link'
import { Amount } from '#app/_ui/amount.tsx'
import { displayAmount } from '#lib/payouts/money.ts'
import type { PayoutSum } from '#lib/services/ports.ts'
import { pathOf } from '../filter.ts'
import type { Filter } from '../filter.ts'

/** The sums of what the filter finds on all pages, per currency and status; null: too much to add up. */
export function SumStrip({ sums, filter }: { sums: readonly PayoutSum[] | null; filter: Filter }) {
  const t = useTranslations('payouts')
  if (sums === null) return <p className="my-4 text-[0.9375rem] text-ink-2">{t('sums.tooMany')}</p>
  const currencies = [...new Set(sums.map((sum) => sum.currency))].sort()
  if (currencies.length === 0) return <div className="h-4" />
  return (
    <dl className="my-4 grid gap-3 sm:grid-cols-2 lg:grid-cols-3 2xl:grid-cols-5">
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

function CurrencySum({
  currency,
  sums,
  filter,
}: {
  currency: string
  sums: readonly PayoutSum[]
  filter: Filter
}) {
  const [t, label] = [useTranslations('payouts'), useTranslations('status.label')]
  const total = sums.reduce((sum, part) => sum + part.amountMinor, 0n)
  const count = sums.reduce((sum, part) => sum + part.count, 0)
  return (
    <div className="rounded-xl border border-line bg-surface px-4 py-3">
      <dt className="overline-label">{t('sums.count', { n: count, currency })}</dt>
      <dd className="mt-0.5 text-xl tracking-tight">
        <Amount display={displayAmount(total, currency)} />
      </dd>
      {sums.length > 1 && (
        <dd className="mt-1.5 flex flex-wrap gap-x-3 gap-y-0.5 text-[0.8125rem]">
          {sums.map((sum) => (
            <Link
              key={sum.status}
              href={pathOf({ ...filter, statuses: [sum.status], currency })}
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

import { useLocale, useTranslations } from 'next-intl'
import Link from 'next/link'
import { displayAmount } from '#lib/payouts/money.ts'
import { askableMinor } from '#lib/payouts/holding.ts'
import type { Waiting } from '#lib/payouts/holding.ts'
import { moneyText } from '#lib/words/money.ts'
import { Amount } from './amount.tsx'
import { Time } from './time.tsx'

/** The four numbers of a balance, in the order in which they are shown. */
export const balanceParts = ['granted', 'paid', 'reserved', 'available'] as const
export type BalancePart = (typeof balanceParts)[number]

const signs: Record<BalancePart, string> = { granted: '', paid: '=', reserved: '+', available: '+' }

type Numbers = {
  currency: string
  grantedMinor: bigint
  paidMinor: bigint
  reservedMinor: bigint
  availableMinor: bigint
}

/** How much of what is available can be asked for now, and when more; nothing if no money is in its holding period. */
export function NotYetPayable({
  balance,
}: {
  balance: Waiting & Pick<Numbers, 'currency' | 'availableMinor'>
}) {
  const [t, locale] = [useTranslations('balance'), useLocale()]
  if (balance.payableAt === null) return null
  const now = displayAmount(askableMinor(balance), balance.currency)
  return (
    <p className="mt-3 text-[0.9375rem] text-ink-2">
      {t('payableNow', { amount: moneyText(locale, now) })}{' '}
      <Later waiting={balance} currency={balance.currency} />
    </p>
  )
}

/** When more can be withdrawn, and how much; nothing while that is not known. */
export function Later({ waiting, currency }: { waiting: Waiting; currency: string }) {
  const [t, locale] = [useTranslations('balance'), useLocale()]
  const { heldMinor, payableAt, payableThenMinor } = waiting
  if (payableAt === null) return null
  return (
    <span>
      {t.rich(heldMinor > payableThenMinor ? 'laterRest' : 'later', {
        amount: moneyText(locale, displayAmount(payableThenMinor, currency)),
        at: () => <Time at={payableAt} />,
      })}
    </span>
  )
}

/** The end of a grant's holding period, if it has one. */
export function PayableFrom({
  grant,
}: {
  grant: { createdAt: Date; payableFrom: Date; reversedAt: Date | null }
}) {
  const t = useTranslations('balance')
  if (grant.reversedAt !== null || grant.payableFrom <= grant.createdAt) return null
  return (
    <p className="text-sm text-ink-2">
      {t.rich('payableFrom', { at: () => <Time at={grant.payableFrom} /> })}
    </p>
  )
}

/** "Granted = Paid + Reserved + Available"; each number links to what makes it up. Stacked on a phone. */
export function Equation({
  balance,
  hrefOf,
  open,
}: {
  balance: Numbers
  hrefOf: (part: BalancePart) => string
  /** The part whose list is open. */
  open: BalancePart | null
}) {
  const t = useTranslations('balance')
  return (
    // The signs hang in the padding of the card.
    <div className="@container">
      <dl className="grid gap-x-3 gap-y-1 @sm:-ml-4 @sm:grid-cols-2 @2xl:grid-cols-4">
        {balanceParts.map((part) => (
          <div key={part} className="flex items-baseline justify-between gap-3 @sm:block">
            <dt className="text-sm text-ink-3">
              <span aria-hidden="true" className="inline-block w-4 text-ink-2">
                {signs[part]}
              </span>
              <span>{t(`part.${part}`)}</span>
            </dt>
            <dd className="@sm:pl-4">
              <Link
                href={hrefOf(part)}
                prefetch={false}
                {...(part === open && { 'aria-current': 'true' })}
                className={`inline-flex min-h-11 items-center text-lg underline decoration-line-strong underline-offset-4 hover:decoration-ink sm:min-h-9 ${part === open ? 'decoration-2' : ''}`}
              >
                <span className="sr-only">{t(`part.${part}`)}: </span>
                <Amount display={displayAmount(balance[`${part}Minor`], balance.currency)} />
              </Link>
            </dd>
          </div>
        ))}
      </dl>
    </div>
  )
}

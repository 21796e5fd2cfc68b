import { useTranslations } from 'next-intl'
import { Alert } from '#app/_ui/alert.tsx'
import { Amount } from '#app/_ui/amount.tsx'
import { Later } from '#app/_ui/equation.tsx'
import { TextLink } from '#app/_ui/text-link.tsx'
import { askableMinor } from '#lib/payouts/holding.ts'
import { displayAmount } from '#lib/payouts/money.ts'
import type { Balance } from '#lib/services/ports.ts'

/** How much can be asked for, above the form. Nothing if no balance is needed. */
export function Available({ needed, balances }: { needed: boolean; balances: readonly Balance[] }) {
  const t = useTranslations('withdraw')
  if (!needed) return null
  const waiting = balances.filter(({ payableAt }) => payableAt !== null)
  const later = waiting.map((one) => (
    <p key={one.currency} className="text-sm text-ink-2">
      <Later waiting={one} currency={one.currency} />
    </p>
  ))
  if (balances.every((one) => askableMinor(one) === 0n))
    return (
      <div className="mb-6">
        <Alert tone="info" title={t('noneTitle')}>
          {later}
          <TextLink href="/balance">{t('seeBalance')}</TextLink>
        </Alert>
      </div>
    )
  return (
    <div className="mb-6">
      <p className="flex flex-wrap items-baseline gap-x-5 gap-y-1">
        <TextLink href="/balance">{waiting.length === 0 ? t('available') : t('availableNow')}</TextLink>
        {balances.map((one) => (
          <span key={one.currency} className="text-lg">
            <Amount display={displayAmount(askableMinor(one), one.currency)} />
          </span>
        ))}
      </p>
      {later}
    </div>
  )
}

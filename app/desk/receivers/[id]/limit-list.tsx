import { useLocale, useTranslations } from 'next-intl'
import { Card } from '#app/_ui/card.tsx'
import { displayAmount } from '#lib/payouts/money.ts'
import type { OwnLimit } from '#lib/services/balance/show-balance.ts'
import { moneyText } from '#lib/words/money.ts'

/** What the policy lets one receiver ask for. */
export function LimitList({ limits }: { limits: readonly OwnLimit[] }) {
  const [t, locale] = [useTranslations('receivers'), useLocale()]
  return (
    <Card>
      <h2 className="mb-2 font-semibold">{t('limits.title')}</h2>
      {limits.length === 0 ? (
        <p className="text-ink-2">{t('limits.none')}</p>
      ) : (
        <>
          <ul className="space-y-1 text-[0.9375rem]">
            {limits.flatMap(({ currency, payoutMinor, dayMinor, monthMinor }) =>
              (
                [
                  ['payout', payoutMinor],
                  ['day', dayMinor],
                  ['month', monthMinor],
                ] as const
              ).map(([of, minor]) =>
                minor === null ? null : (
                  <li key={`${currency} ${of}`}>
                    {t(`limits.${of}`, { amount: moneyText(locale, displayAmount(minor, currency)) })}
                  </li>
                ),
              ),
            )}
          </ul>
          <p className="mt-2 text-sm text-ink-3">{t('limits.period')}</p>
        </>
      )}
    </Card>
  )
}

import { useLocale, useTranslations } from 'next-intl'
import { Card } from '#app/_ui/card.tsx'
import { displayAmount } from '#lib/payouts/money.ts'
import type { LimitLeft } from '#lib/services/desk/show-desk-receiver.ts'
import { moneyText } from '#lib/words/money.ts'

/** What the policy lets one receiver ask for, and what is left of it. */
export function LimitList({ limits }: { limits: readonly LimitLeft[] }) {
  const [t, locale] = [useTranslations('receivers'), useLocale()]
  return (
    <Card>
      <h2 className="mb-2 font-semibold">{t('limits.title')}</h2>
      {limits.length === 0 ? (
        <p className="text-ink-2">{t('limits.none')}</p>
      ) : (
        <>
          <ul className="space-y-1 text-[0.9375rem]">
            {limits.flatMap(({ currency, payoutMinor, dayMinor, dayLeftMinor, monthMinor, monthLeftMinor }) =>
              (
                [
                  ['payout', payoutMinor, null],
                  ['day', dayMinor, dayLeftMinor],
                  ['month', monthMinor, monthLeftMinor],
                ] as const
              ).map(([of, minor, left]) =>
                minor === null ? null : (
                  <li key={`${currency} ${of}`}>
                    <span>
                      {t(`limits.${of}`, { amount: moneyText(locale, displayAmount(minor, currency)) })}
                    </span>
                    {left !== null && (
                      <span className="block text-sm text-ink-2">
                        {t('limits.left', { amount: moneyText(locale, displayAmount(left, currency)) })}
                      </span>
                    )}
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

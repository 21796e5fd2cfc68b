import { useLocale, useTranslations } from 'next-intl'
import { Section } from '#app/_ui/card.tsx'
import { displayAmount } from '#lib/payouts/money.ts'
import { moneyText } from '#lib/words/money.ts'
import type { OwnLimit } from '#lib/services/balance/show-balance.ts'

/** How much one may ask for at a time, a day, a month; nothing if there is no limit. */
export function OwnLimits({ limits }: { limits: readonly OwnLimit[] }) {
  const t = useTranslations('balance.limits')
  const locale = useLocale()
  if (limits.length === 0) return null
  return (
    <Section id="limits" title={t('title')}>
      <ul className="space-y-1 text-[0.9375rem] text-ink-2">
        {limits.map((limit) => (
          <li key={limit.currency}>
            {boundsOf(limit).map(({ key, minor }) => (
              <span key={key} className="mr-2 inline-block">
                {t(key, { amount: moneyText(locale, displayAmount(minor, limit.currency)) })}
              </span>
            ))}
          </li>
        ))}
      </ul>
      <p className="mt-2 text-sm text-ink-3">{t('how')}</p>
    </Section>
  )
}

function boundsOf({ payoutMinor, dayMinor, monthMinor }: OwnLimit) {
  const bounds = [
    { key: 'payout', minor: payoutMinor },
    { key: 'day', minor: dayMinor },
    { key: 'month', minor: monthMinor },
  ] as const
  return bounds.flatMap(({ key, minor }) => (minor === null ? [] : [{ key, minor }]))
}

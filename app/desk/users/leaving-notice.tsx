import { useLocale, useTranslations } from 'next-intl'
import Link from 'next/link'
import { Alert } from '#app/_ui/alert.tsx'
import { displayAmount } from '#lib/payouts/money.ts'
import type { BlockedPayout } from '#lib/services/approval/preview-leaving.ts'
import { moneyText } from '#lib/words/money.ts'

/** Shown before the act: which open payouts it would leave with nobody to approve them. */
export function LeavingNotice({
  blocked,
  approvals,
}: {
  blocked: readonly BlockedPayout[]
  approvals: number
}) {
  const [t, locale] = [useTranslations('users.leaving'), useLocale()]
  return (
    <div className="space-y-4">
      {approvals > 0 && <Alert tone="info" title={t('approvals', { n: approvals })} />}
      {blocked.length === 0 ? (
        <Alert tone="good" title={t('fine')} />
      ) : (
        <Alert tone="warn" title={t('blocked')}>
          <ul className="mt-1 list-disc pl-5">
            {blocked.map(({ id, amountMinor, currency, receiverName }) => (
              <li key={id}>
                <Link href={`/desk/payouts/${id}`} prefetch={false} className="text-link">
                  {t.rich('payout', {
                    amount: moneyText(locale, displayAmount(amountMinor, currency)),
                    name: () => <bdi>{receiverName}</bdi>,
                  })}
                </Link>
              </li>
            ))}
          </ul>
          <p className="mt-2">{t('advice')}</p>
        </Alert>
      )}
    </div>
  )
}

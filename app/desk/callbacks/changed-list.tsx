import { useTranslations } from 'next-intl'
import { Amount } from '#app/_ui/amount.tsx'
import { StatusBadge } from '#app/_ui/badge.tsx'
import { Foreign } from '#app/_ui/foreign.tsx'
import { TextLink } from '#app/_ui/text-link.tsx'
import { Time } from '#app/_ui/time.tsx'
import { displayAmount } from '#lib/payouts/money.ts'
import type { ChangedPayout } from '#lib/services/ports.ts'

/** What Cardzo says of payouts that are over. Each word once; the payout stays what it is. */
export function ChangedList({ rows }: { rows: readonly ChangedPayout[] }) {
  const t = useTranslations('callbacks')
  return (
    <ul className="divide-y divide-line rounded-2xl border border-line bg-surface">
      {rows.map(({ id, seenAt, payoutId, clientOrderId, status, amountMinor, currency, said }) => (
        <li key={id} className="px-4 py-4 text-[0.9375rem] leading-6 sm:px-5">
          <div className="flex flex-wrap items-baseline justify-between gap-x-6">
            <p className="flex flex-wrap items-baseline gap-x-3">
              <Amount display={displayAmount(amountMinor, currency)} />
              <StatusBadge status={status} />
            </p>
            <p className="text-sm text-ink-3">
              <Time at={seenAt} seconds />
            </p>
          </div>
          <p className="text-ink-2">
            {t.rich('changedTo', {
              said: () => (
                <span lang="en" className="font-mono text-[0.8125rem]">
                  <Foreign text={said} />
                </span>
              ),
            })}
          </p>
          <p className="text-[0.8125rem] break-all text-ink-3">
            <Foreign text={clientOrderId} />
          </p>
          <TextLink href={`/desk/payouts/${payoutId}`}>{t('open')}</TextLink>
        </li>
      ))}
    </ul>
  )
}

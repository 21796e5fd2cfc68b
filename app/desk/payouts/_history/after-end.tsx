import { useTranslations } from 'next-intl'
import { Foreign } from '#app/_ui/foreign.tsx'
import { Time } from '#app/_ui/time.tsx'
import type { GatewayChange } from '#lib/services/ports.ts'

/** What Cardzo said after the end that differs from it. The payout itself doesn't change. */
export function AfterEnd({ changes }: { changes: readonly GatewayChange[] }) {
  const t = useTranslations('payout.afterEnd')
  const label = useTranslations('status.label')
  return (
    <>
      <ul className="divide-y divide-line rounded-2xl border border-line bg-surface px-5">
        {changes.map((change) => (
          <li key={change.gatewayStatus} className="py-3.5 text-[0.9375rem] leading-6">
            <p>
              <span>
                {t.rich('said', {
                  status: () => <span className="font-medium">{label(change.status)}</span>,
                })}
              </span>
              {change.amount !== null && (
                <span>
                  {' · '}
                  <Foreign text={`${change.amount} ${change.currency ?? ''}`.trimEnd()} />
                </span>
              )}
            </p>
            <p className="text-[0.8125rem] leading-5 text-ink-3">
              <span>{t.rich('seen', { at: () => <Time at={change.seenAt} seconds /> })}</span>
              {/* Cardzo's own words, for those who compare with its pages. */}
              <span lang="en" className="block font-mono">
                <Foreign text={[change.gatewayStatus, change.gatewayStage ?? ''].join(' ').trimEnd()} />
              </span>
            </p>
          </li>
        ))}
      </ul>
      <p className="mt-3 text-sm text-ink-2">{t('note')}</p>
    </>
  )
}

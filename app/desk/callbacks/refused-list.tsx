import { useTranslations } from 'next-intl'
import { Foreign } from '#app/_ui/foreign.tsx'
import { Time } from '#app/_ui/time.tsx'
import type { RefusedCallback } from '#lib/services/ports.ts'

/** Messages that were refused. Anybody can write them, so nothing in them is a link. */
export function RefusedList({ rows }: { rows: readonly RefusedCallback[] }) {
  const t = useTranslations('callbacks')
  return (
    <ul className="divide-y divide-line rounded-2xl border border-line bg-surface">
      {rows.map((row) => {
        const said = [row.status, row.orderId, row.clientOrderId].filter((part) => part !== null)
        return (
          <li key={String(row.number)} className="px-4 py-3.5 text-[0.9375rem] leading-6 sm:px-5">
            <div className="flex flex-wrap items-baseline justify-between gap-x-6">
              <p className="font-medium">{t(`reason.${row.reason}`)}</p>
              <p className="text-sm text-ink-3">
                <Time at={row.at} seconds />
              </p>
            </div>
            <p className="text-sm break-words text-ink-2">
              <Foreign text={[row.why, ...said].join(' · ')} />
            </p>
            <p className="text-[0.8125rem] text-ink-3">
              <Foreign text={t('from', { network: row.network })} />
            </p>
          </li>
        )
      })}
    </ul>
  )
}

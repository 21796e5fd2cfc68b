import { useTranslations } from 'next-intl'
import type { Arrival } from '#lib/payouts/arrival.ts'

/** When such a payout usually arrives, and when nearly all do. Its words are in the area `pay`. */
export function ArrivalTime({ arrival: { usual, nearlyAll } }: { arrival: Arrival }) {
  const t = useTranslations('pay')
  const isSame = usual.unit === nearlyAll.unit && usual.count === nearlyAll.count
  return (
    <p className="mt-1.5 text-sm text-ink-2">
      <span>{t(`arrival.usual.${usual.unit}`, { n: usual.count })}</span>
      {!isSame && <span> {t(`arrival.nearlyAll.${nearlyAll.unit}`, { n: nearlyAll.count })}</span>}
    </p>
  )
}

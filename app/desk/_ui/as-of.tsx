import { useTranslations } from 'next-intl'
import { ageMs } from '#app/_ui/age.ts'

/** How old what a page shows is, where it was read from a standby. Null: it is of this moment. */
export function AsOf({ at }: { at: Date | null }) {
  const t = useTranslations('standby')
  if (at === null) return null
  return (
    <p data-as-of={at.toISOString()} className="mt-2 mb-4 text-sm text-ink-2 tabular-nums">
      {t('asOf', { s: Math.round(ageMs(at) / 1_000) })}
    </p>
  )
}

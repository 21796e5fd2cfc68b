import { useTranslations } from 'next-intl'
import { Time } from '#app/_ui/time.tsx'
import type { ShownDestination } from '#lib/services/destination/list-destinations.ts'

/** When a new account can be used; nothing if it can be now. */
export function UsableFrom({
  isCoolingOff,
  usableFrom,
}: Pick<ShownDestination, 'isCoolingOff' | 'usableFrom'>) {
  const t = useTranslations('destinations')
  if (!isCoolingOff) return null
  return <>{t.rich('usableFrom', { at: () => <Time at={usableFrom} /> })}.</>
}

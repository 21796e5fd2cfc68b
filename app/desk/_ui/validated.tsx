import { getTranslations } from 'next-intl/server'
import { Tag } from '#app/_ui/badge.tsx'
import { Time } from '#app/_ui/time.tsx'
import { getDeps } from '#app/_server/deps.ts'

/** "Bank confirmed 14:02 UTC", with a tag if that is old, which no longer `matters` once the payment has left. */
export async function Validated({ at, matters = true }: { at: Date | null; matters?: boolean }) {
  const t = await getTranslations('desk.bank')
  if (at === null) return <span className="text-ink-3">{t('waits')}</span>
  const { validationOldAfterMs } = (await getDeps()).config
  return (
    <span className="inline-flex flex-wrap items-center gap-x-2 gap-y-1">
      <span>{t.rich('confirmed', { at: () => <Time at={at} short /> })}</span>
      {matters && isOldValidation(at, validationOldAfterMs) && (
        <Tag look="bg-warn-soft text-warn" icon="clock" text={t('old')} />
      )}
    </span>
  )
}

/** Only a hint for staff: before paying, a fresh status is asked in any case. */
function isOldValidation(validatedAt: Date, oldAfterMs: number): boolean {
  return Date.now() - validatedAt.getTime() > oldAfterMs
}

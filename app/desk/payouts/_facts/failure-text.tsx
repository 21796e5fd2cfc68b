import { useTranslations } from 'next-intl'
import { Foreign } from '#app/_ui/foreign.tsx'
import type { DeskPayout } from '#lib/services/desk/show-desk-payout.ts'

/** Why it was not paid: what its receiver reads, and what the code of Cardzo means for staff. */
export function FailureText({ desk: { view, failure } }: { desk: DeskPayout }) {
  const t = useTranslations('codes')
  if (!failure) return <Foreign text={view.failure?.message ?? ''} />
  return (
    <>
      <span className="block">
        <bdi>{failure.receiver}</bdi>
      </span>
      <span className="mt-1 block text-sm text-ink-2">
        {t('forStaff')} <bdi>{failure.staff}</bdi>
      </span>
    </>
  )
}

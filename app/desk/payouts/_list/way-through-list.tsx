import Link from 'next/link'
import { useTranslations } from 'next-intl'
import { BackLink } from '#app/_ui/page/back-link.tsx'
import type { Neighbours } from '#lib/services/payout/list-neighbours.ts'
import { listPath, payoutPath } from './list-address.ts'

/** Back to the list that the payout was opened from, and to its neighbours there. */
export function WayThroughList({
  list,
  neighbours: { previous, next },
}: {
  list: URLSearchParams | null
  neighbours: Neighbours
}) {
  const t = useTranslations('history')
  return (
    <div className="flex flex-wrap items-baseline justify-between gap-x-6">
      <BackLink href={listPath(list ?? new URLSearchParams())}>{t('backToList')}</BackLink>
      {(previous !== null || next !== null) && (
        <nav aria-label={t('inList')} className="flex gap-5 text-[0.9375rem]">
          {previous !== null && (
            <Step id="previous-payout" href={payoutPath(previous, list)} label={t('previous')} />
          )}
          {next !== null && <Step id="next-payout" href={payoutPath(next, list)} label={t('next')} />}
        </nav>
      )}
    </div>
  )
}

function Step({ id, href, label }: { id: string; href: string; label: string }) {
  return (
    <Link id={id} href={href} prefetch={false} className="text-link inline-flex min-h-11 items-center">
      {label}
    </Link>
  )
}

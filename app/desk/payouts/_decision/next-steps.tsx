import { useTranslations } from 'next-intl'
import Link from 'next/link'
import type { ReactNode } from 'react'
import { Card } from '#app/_ui/card.tsx'
import type { RetryRefusal } from '#lib/services/payout/retry-payout.ts'
import type { DeskPayout } from '#lib/services/desk/show-desk-payout.ts'
import { AskNowForm } from '#app/desk/_ui/ask-now-form.tsx'
import { receiverName } from '#lib/payouts/receiver-name.ts'
import { RetryForm } from './retry-form.tsx'

/** What people can do about a payout whose outcome is unknown, or that ended unpaid. */
export function NextSteps({ desk }: { desk: DeskPayout }) {
  const t = useTranslations('payout.next')
  const { payout, replaces, replacedBy, retryRefusal } = desk
  const unknown = payout.status === 'outcome_unknown'
  const offersRetry = replacedBy === null && (retryRefusal === null || retryRefusal in waiting)
  if (!unknown && !offersRetry && replaces === null && replacedBy === null) return null
  return (
    <Card>
      <h2 className="text-lg font-semibold tracking-tight">{t(unknown ? 'resolve' : 'retry')}</h2>
      <div className="mt-3 space-y-3 text-[0.9375rem] leading-6">
        {unknown && (
          <p>
            {t('unknown')}{' '}
            <Link href={`/desk/unknown#${payout.id}`} prefetch={false} className="text-link">
              {t('unknownLink')}
            </Link>
          </p>
        )}
        {replaces !== null && (
          <p>{t.rich('replaces', { link: (text) => <PayoutLink id={replaces}>{text}</PayoutLink> })}</p>
        )}
        {replacedBy !== null && (
          <p>{t.rich('replacedBy', { link: (text) => <PayoutLink id={replacedBy}>{text}</PayoutLink> })}</p>
        )}
        {offersRetry && <Retry desk={desk} />}
      </div>
    </Card>
  )
}

/** Refusals that may pass: they are shown in place of the button. */
const waiting = {
  cardzo_contradicts: 'contradicts',
  status_not_fresh: 'stale',
} as const satisfies Partial<Record<RetryRefusal, string>>

function Retry({ desk: { payout, retryRefusal, mayAskCardzo } }: { desk: DeskPayout }) {
  const [t, unknown] = [useTranslations('payout.next'), useTranslations('unknown')]
  if (retryRefusal === null)
    return (
      <>
        <p className="text-ink-2">{t('retryText')}</p>
        <RetryForm id={payout.id} />
      </>
    )
  if (retryRefusal === 'forbidden' || retryRefusal === 'wrong_status') return null
  return (
    <>
      <p className="text-ink-2">{t(waiting[retryRefusal])}</p>
      {mayAskCardzo && (
        <AskNowForm
          id={payout.id}
          what={unknown.rich('about', { name: () => <bdi>{receiverName(payout.receiver)}</bdi> })}
        />
      )}
    </>
  )
}

function PayoutLink({ id, children }: { id: string; children: ReactNode }) {
  return (
    <Link href={`/desk/payouts/${id}`} prefetch={false} className="text-link">
      {children}
    </Link>
  )
}

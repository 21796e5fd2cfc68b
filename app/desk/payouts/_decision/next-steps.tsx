import Link from 'next/link'
import { Card } from '#app/_ui/card.tsx'
import type { RetryRefusal } from '#lib/services/payout/retry-payout.ts'
import type { DeskPayout } from '#lib/services/desk/show-desk-payout.ts'
import { AskNowForm } from '#app/desk/_ui/ask-now-form.tsx'
import { receiverName } from '#lib/payouts/receiver-name.ts'
import { RetryForm } from './retry-form.tsx'

/** What people can do about a payout whose outcome is unknown, or that ended unpaid. */
export function NextSteps({ desk }: { desk: DeskPayout }) {
  const { payout, replaces, replacedBy, retryRefusal } = desk
  const unknown = payout.status === 'outcome_unknown'
  const offersRetry = replacedBy === null && (retryRefusal === null || retryRefusal in waiting)
  if (!unknown && !offersRetry && replaces === null && replacedBy === null) return null
  return (
    <Card>
      <h2 className="text-lg font-semibold tracking-tight">{unknown ? 'Ways out' : 'Retry'}</h2>
      <div className="mt-3 space-y-3 text-[0.9375rem] leading-6">
        {unknown && (
          <p>
            It is not known whether this was paid, and it is never sent again.{' '}
            <Link href={`/desk/unknown#${payout.id}`} prefetch={false} className="text-link">
              Evidence, support text and settling
            </Link>
          </p>
        )}
        {replaces !== null && (
          <p>
            This retries <PayoutLink id={replaces}>an earlier payout</PayoutLink> that ended unpaid.
          </p>
        )}
        {replacedBy !== null && (
          <p>
            It was retried: <PayoutLink id={replacedBy}>the new payout</PayoutLink>.
          </p>
        )}
        {offersRetry && <Retry desk={desk} />}
      </div>
    </Card>
  )
}

/** Refusals that may pass: they are shown in place of the button. */
const waiting = {
  cardzo_contradicts: 'It cannot be retried while Cardzo or an open item says that money may have moved.',
  status_not_fresh:
    'Payout-pay was sent once for this payout. Before it can be retried, Cardzo must have answered in the last five minutes.',
} as const satisfies Partial<Record<RetryRefusal, string>>

function Retry({ desk: { payout, retryRefusal, mayAskCardzo } }: { desk: DeskPayout }) {
  if (retryRefusal === null)
    return (
      <>
        <p className="text-ink-2">
          Makes a new payout with the same receiver, amount and account. It is checked and decided on its own.
        </p>
        <RetryForm id={payout.id} />
      </>
    )
  if (retryRefusal === 'forbidden' || retryRefusal === 'wrong_status') return null
  return (
    <>
      <p className="text-ink-2">{waiting[retryRefusal]}</p>
      {mayAskCardzo && (
        <AskNowForm
          id={payout.id}
          what={
            <>
              the payout to <bdi>{receiverName(payout.receiver)}</bdi>
            </>
          }
        />
      )}
    </>
  )
}

function PayoutLink({ id, children }: { id: string; children: string }) {
  return (
    <Link href={`/desk/payouts/${id}`} prefetch={false} className="text-link">
      {children}
    </Link>
  )
}

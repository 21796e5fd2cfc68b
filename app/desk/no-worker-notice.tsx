import Link from 'next/link'
import { Alert } from '#app/_ui/alert.tsx'
import { Age, Time } from '#app/_ui/time.tsx'
import { displayAmount } from '#lib/payouts/money.ts'
import type { Desk } from '#lib/services/desk/show-desk.ts'
import { receiverName } from '#lib/payouts/receiver-name.ts'

/** Without a worker nothing moves, and no open item says so. */
export function NoWorkerNotice({ silence }: { silence: Desk['silence'] }) {
  if (silence === null) return null
  const { alive, lastSeen, overdue } = silence
  const title = alive
    ? 'Due work is left lying although a worker is running.'
    : 'No worker is running. Nothing is asked, sent or followed up.'
  return (
    <div className="mb-10">
      <Alert tone="bad" title={title}>
        {!alive && (
          <p>
            <span>
              {lastSeen === null ? (
                'None has been seen since the last one stopped.'
              ) : (
                <>
                  No worker has been seen since <Time at={lastSeen} seconds />.
                </>
              )}
            </span>{' '}
            Start one on the server (npm run worker): it goes on where the last one stopped.
          </p>
        )}
        {overdue.length > 0 && (
          <>
            <p className="mt-1">Overdue for more than two minutes, longest first:</p>
            <ul className="mt-1">
              {overdue.map((payout) => (
                <li key={payout.id}>
                  <Link
                    href={`/desk/payouts/${payout.id}`}
                    prefetch={false}
                    className="text-link inline-flex min-h-8 items-center"
                  >
                    <span>
                      {displayAmount(payout.amountMinor, payout.currency)} to{' '}
                      <bdi>{receiverName(payout.receiver)}</bdi>
                    </span>
                  </Link>
                  {payout.dueAt && (
                    <span className="text-sm">
                      , for <Age at={payout.dueAt} />
                    </span>
                  )}
                </li>
              ))}
            </ul>
          </>
        )}
      </Alert>
    </div>
  )
}

import Link from 'next/link'
import { Alert } from '#app/_ui/alert.tsx'
import { displayAmount } from '#lib/payouts/money.ts'
import type { BlockedPayout } from '#lib/services/approval/preview-leaving.ts'

/** Shown before the act: which open payouts it would leave with nobody to approve them. */
export function LeavingNotice({
  blocked,
  approvals,
}: {
  blocked: readonly BlockedPayout[]
  approvals: number
}) {
  return (
    <div className="space-y-4">
      {approvals > 0 && (
        <Alert
          tone="info"
          title={`${approvals} ${approvals === 1 ? 'approval' : 'approvals'} of this person would no longer count.`}
        />
      )}
      {blocked.length === 0 ? (
        <Alert tone="good" title="Every open payout still has somebody who may approve it." />
      ) : (
        <Alert tone="warn" title="Too few people would be left to approve these:">
          <ul className="mt-1 list-disc pl-5">
            {blocked.map(({ id, amountMinor, currency, receiverName }) => (
              <li key={id}>
                <Link href={`/desk/payouts/${id}`} prefetch={false} className="text-link">
                  {displayAmount(amountMinor, currency)} to <bdi>{receiverName}</bdi>
                </Link>
              </li>
            ))}
          </ul>
          <p className="mt-2">Make somebody else an approver first, or they wait until they expire.</p>
        </Alert>
      )}
    </div>
  )
}

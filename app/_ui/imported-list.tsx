import { useTranslations } from 'next-intl'
import { Account, Amount } from '#app/_ui/amount.tsx'
import { StatusBadge } from '#app/_ui/badge.tsx'
import { Time } from '#app/_ui/time.tsx'
import { displayAmount } from '#lib/payouts/money.ts'
import { receiverName } from '#lib/payouts/receiver-name.ts'
import type { PayoutStatus } from '#lib/payouts/transitions.ts'

type ImportedPayout = {
  id: string
  source: string
  reference: string
  receiver: Parameters<typeof receiverName>[0]
  currency: string
  amountMinor: bigint
  status: PayoutStatus
  endedAt: Date
  accountLast4: string | null
  orderId: string | null
  note: string | null
}

/** Payouts of former systems: records, which lead nowhere. `whose`: with the receiver's name, and what staff alone reads. */
export function ImportedList({
  payouts,
  whose = false,
}: {
  payouts: readonly ImportedPayout[]
  whose?: boolean
}) {
  const t = useTranslations('moving.past')
  return (
    <ul className="divide-y divide-line overflow-hidden rounded-2xl border border-line bg-surface wrap-anywhere">
      {payouts.map(({ id, source, reference, receiver, endedAt, accountLast4, orderId, note, ...payout }) => (
        <li key={id} className="grid grid-cols-[1fr_auto] gap-x-6 gap-y-1 px-4 py-3 sm:px-5">
          <div className="min-w-0">
            <p className="text-[0.9375rem]">
              {whose && (
                <>
                  <bdi className="font-medium">{receiverName(receiver)}</bdi>{' '}
                </>
              )}
              <Time at={endedAt} />
            </p>
            <p className="text-sm text-ink-2">
              <span>
                {t.rich('from', {
                  source: () => <bdi>{source}</bdi>,
                  reference: () => <bdi>{reference}</bdi>,
                })}
              </span>
              {orderId !== null && whose && (
                <span> · {t.rich('order', { id: () => <bdi>{orderId}</bdi> })}</span>
              )}
            </p>
            {accountLast4 !== null && (
              <p className="text-sm text-ink-2">
                <Account last4={accountLast4} />
              </p>
            )}
            {note !== null && whose && (
              <p className="text-sm text-ink-2">
                <bdi>{note}</bdi>
              </p>
            )}
          </div>
          <div className="space-y-1 text-right">
            <Amount display={displayAmount(payout.amountMinor, payout.currency)} />
            <p>
              <StatusBadge status={payout.status} />
            </p>
          </div>
        </li>
      ))}
    </ul>
  )
}

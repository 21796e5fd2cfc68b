import Link from 'next/link'
import { SeverityBadge } from '#app/_ui/badge.tsx'
import { Age } from '#app/_ui/time.tsx'
import { displayAmount } from '#lib/payouts/money.ts'
import type { Desk } from '#lib/services/show-desk.ts'
import { CloseItemForm } from './close-item-form.tsx'
import { receiverName } from './names.ts'

/** What is out of order, why, since when, and which payout it is about. */
export function ItemRow({ item, closable }: { item: Desk['items'][number]; closable: boolean }) {
  const { payout } = item
  return (
    <li className="rounded-2xl border border-line bg-surface p-4 sm:p-5">
      <div className="flex flex-wrap items-center gap-x-3 gap-y-1.5 text-sm text-ink-3">
        <SeverityBadge severity={item.severity} />
        <span>
          open for <Age at={item.openedAt} />
          {item.seen > 1 && `, seen ${item.seen} times`}
        </span>
      </div>
      <h3 className="mt-2 font-medium">{item.what}</h3>
      <p className="mt-0.5 text-[0.9375rem] leading-6 text-ink-2">{item.why}</p>
      <div className="mt-1 flex flex-wrap items-start justify-between gap-x-6">
        {payout ? (
          <Link
            href={`/desk/payouts/${payout.id}`}
            prefetch={false}
            className="text-link inline-flex min-h-11 items-center text-[0.9375rem]"
          >
            {displayAmount(payout.amountMinor, payout.currency)} to {receiverName(payout)}
          </Link>
        ) : (
          <span className="inline-flex min-h-11 items-center text-sm text-ink-3">About no single payout</span>
        )}
        {closable && <CloseItemForm id={item.id} what={item.what} />}
      </div>
    </li>
  )
}

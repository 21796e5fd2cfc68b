import Link from 'next/link'
import type { ReactNode } from 'react'
import { Account, Amount } from '#app/_ui/amount.tsx'
import { StatusBadge } from '#app/_ui/badge.tsx'
import { Age } from '#app/_ui/time.tsx'
import { turnText } from '#app/_ui/turn-steps.tsx'
import { displayAmount } from '#lib/payouts/money.ts'
import { statusWords } from '#lib/payouts/words.ts'
import type { Payout } from '#lib/services/ports.ts'
import { payoutPath } from '#app/desk/payouts/_list/list-address.ts'
import { receiverName } from '#lib/payouts/receiver-name.ts'

const columns = 'lg:grid-cols-[minmax(0,1.1fr)_minmax(0,1.3fr)_10rem_8.5rem_6rem_9rem]'

/**
 * Rows where six columns fit, cards on anything narrower (a phone, half a screen, a page at 200 %). The roles are explicit because a CSS
 * grid takes their meaning from the elements of a table.
 */
export function PayoutTable({ rows, list }: { rows: readonly Payout[]; list: URLSearchParams }) {
  return (
    <div role="table" aria-label="Payouts" className="rounded-2xl border border-line bg-surface">
      <div
        role="rowgroup"
        className="sticky top-0 z-10 hidden rounded-t-2xl border-b border-line bg-surface lg:block"
      >
        <div role="row" className={`grid gap-x-4 px-5 py-2.5 text-[0.8125rem] text-ink-3 ${columns}`}>
          <span role="columnheader">Receiver</span>
          <span role="columnheader">Account</span>
          <span role="columnheader">Status</span>
          <span role="columnheader">Whose turn</span>
          <span role="columnheader">Age</span>
          <span role="columnheader" className="text-right">
            Amount
          </span>
        </div>
      </div>
      <div role="rowgroup" className="divide-y divide-line">
        {rows.map((payout) => (
          <Row key={payout.id} payout={payout} list={list} />
        ))}
      </div>
    </div>
  )
}

function Row({ payout, list }: { payout: Payout; list: URLSearchParams }) {
  return (
    <div
      role="row"
      className={`relative grid grid-cols-[1fr_auto] gap-x-4 gap-y-1.5 px-4 py-3.5 text-[0.9375rem] transition-colors focus-within:bg-sunken last:rounded-b-2xl hover:bg-sunken sm:px-5 lg:items-center lg:py-2 ${columns}`}
    >
      <Cell>
        <Link
          href={payoutPath(payout.id, list)}
          prefetch={false}
          className="block truncate font-medium after:absolute after:inset-0"
        >
          <bdi>{receiverName(payout.receiver)}</bdi>
        </Link>
      </Cell>
      <Cell className="order-3 flex gap-1.5 text-sm text-ink-2 lg:order-none">
        <span className="truncate lg:hidden xl:inline">
          <bdi>{payout.destination['bank_name']}</bdi>
        </span>
        <Account last4={payout.accountLast4} />
      </Cell>
      <Cell className="order-4 text-right lg:order-none lg:text-left">
        <StatusBadge status={payout.status} />
      </Cell>
      <Cell className="hidden text-sm text-ink-2 lg:block">{turnText(statusWords[payout.status].turn)}</Cell>
      <Cell className="order-5 text-sm text-ink-3 lg:order-none lg:text-ink-2">
        <Age at={payout.createdAt} />
      </Cell>
      <Cell className="order-2 text-right lg:order-none">
        <Amount display={displayAmount(payout.amountMinor, payout.currency)} />
      </Cell>
    </div>
  )
}

function Cell({ className = '', children }: { className?: string; children: ReactNode }) {
  return (
    <div role="cell" className={`min-w-0 ${className}`}>
      {children}
    </div>
  )
}

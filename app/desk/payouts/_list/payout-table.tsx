import { useTranslations } from 'next-intl'
import Link from 'next/link'
import type { ReactNode } from 'react'
import { Account, Amount } from '#app/_ui/amount.tsx'
import { StatusBadge, Tag } from '#app/_ui/badge.tsx'
import { Age, Time } from '#app/_ui/time.tsx'
import { BrowserWords } from '#app/_server/browser-words.tsx'
import { displayAmount } from '#lib/payouts/money.ts'
import { receiverName } from '#lib/payouts/receiver-name.ts'
import type { RiskLevel } from '#lib/payouts/risk.ts'
import { statusWords } from '#lib/payouts/words.ts'
import type { Payout } from '#lib/services/ports.ts'
import type { ListColumn } from '#lib/services/payout/list-columns.ts'
import { payoutPath } from './list-address.ts'
import { LiveRows } from './live-rows.tsx'
import { selectionForm } from './selection-bar.tsx'

type Props = {
  rows: readonly Payout[]
  columns: readonly ListColumn[]
  /** Can this person choose rows to approve together? */
  selects: boolean
  shownAt: string
  nameOf: (user: string) => string
  endpointOf: (id: number) => string
  /** The query of this page of the list, which a payout opened from it carries along. */
  list: string
}

/**
 * Rows of 44 px where there is room, cards on a phone. The roles are explicit because a table whose parts are no table boxes loses them.
 */
export function PayoutTable({ rows, columns, shownAt, ...rest }: Props) {
  const { selects } = rest
  const t = useTranslations('payouts')
  return (
    <BrowserWords areas={['payouts']}>
      <LiveRows
        shownAt={shownAt}
        label={t('table')}
        head={
          <tr role="row">
            {selects && (
              <th role="columnheader" scope="col" className={cell}>
                <span className="sr-only">{t('select.column')}</span>
              </th>
            )}
            {columns.map((column) => (
              <th
                key={column}
                role="columnheader"
                scope="col"
                className={`${cell} font-normal ${column === 'amount' ? 'text-right' : ''}`}
              >
                {t(`column.${column}`)}
              </th>
            ))}
          </tr>
        }
        rows={rows.map((payout) => ({
          id: payout.id,
          version: `${payout.version}-${payout.status}`,
          cells: <Cells payout={payout} columns={columns} {...rest} />,
        }))}
      />
    </BrowserWords>
  )
}

const cell = 'px-3 py-0 text-left lg:first:pl-4 lg:last:pr-4'

function Cells({
  payout,
  columns,
  selects,
  nameOf,
  endpointOf,
  list,
}: { payout: Payout } & Omit<Props, 'rows' | 'shownAt'>) {
  // The receiver leads to the payout; without that column the first one does.
  const linked = columns.includes('receiver') ? 'receiver' : columns[0]
  return (
    <>
      {selects && (
        <td
          role="cell"
          className={`${cell} relative z-10 h-11 w-11 max-lg:order-first max-lg:h-auto max-lg:w-8 max-lg:p-0 max-lg:empty:hidden`}
        >
          {payout.status === 'awaiting_approval' && <SelectBox payout={payout} />}
        </td>
      )}
      {columns.map((column) => (
        <td
          key={column}
          role="cell"
          className={`${cell} h-11 whitespace-nowrap max-lg:h-auto max-lg:p-0 ${looks[column] ?? 'text-ink-2 max-lg:order-7'}`}
        >
          {column === linked ? (
            <Link
              href={payoutPath(payout.id, new URLSearchParams(list))}
              prefetch={false}
              className="inline-block max-w-48 truncate align-bottom font-medium max-lg:max-w-full text-ink after:absolute after:inset-0"
            >
              <Value column={column} payout={payout} nameOf={nameOf} endpointOf={endpointOf} />
            </Link>
          ) : (
            <Value column={column} payout={payout} nameOf={nameOf} endpointOf={endpointOf} />
          )}
        </td>
      ))}
    </>
  )
}

/** What begins a line of a card is half of it at least, so that what follows is at its right end. */
const beginsLine = 'max-lg:grow max-lg:basis-1/2'
const looks: Partial<Record<ListColumn, string>> = {
  receiver: `max-lg:order-1 max-lg:min-w-0 ${beginsLine}`,
  amount: 'text-right max-lg:order-2',
  status: `max-lg:order-3 ${beginsLine}`,
  age: 'text-ink-2 max-lg:order-4',
  account: `text-ink-2 max-lg:order-5 ${beginsLine}`,
  created: 'text-ink-2 tabular-nums max-lg:order-6',
}

function SelectBox({ payout }: { payout: Payout }) {
  const t = useTranslations('payouts')
  const amount = displayAmount(payout.amountMinor, payout.currency)
  return (
    <label className="flex size-11 items-center justify-center max-lg:-ml-3">
      <input
        type="checkbox"
        form={selectionForm}
        name="p"
        value={String(payout.seq)}
        data-minor={String(payout.amountMinor)}
        data-currency={payout.currency}
        className="size-5 accent-accent"
      />
      <span className="sr-only">
        {t.rich('select.row', { amount, name: () => <bdi>{receiverName(payout.receiver)}</bdi> })}
      </span>
    </label>
  )
}

const text = (value: string | null): ReactNode =>
  value === null || value === '' ? null : (
    <bdi className="inline-block max-w-64 truncate align-bottom">{value}</bdi>
  )

function Value({
  column,
  payout,
  nameOf,
  endpointOf,
}: { column: ListColumn; payout: Payout } & Pick<Props, 'nameOf' | 'endpointOf'>): ReactNode {
  const t = useTranslations('payouts')
  switch (column) {
    case 'created':
      return <Time at={payout.createdAt} />
    case 'receiver':
      return <bdi>{receiverName(payout.receiver)}</bdi>
    case 'account':
      return (
        <span className="inline-flex max-w-52 gap-1.5 align-bottom">
          <bdi className="truncate">{payout.destination['bank_name']}</bdi>
          <Account last4={payout.accountLast4} />
        </span>
      )
    case 'status':
      return (
        <span className="inline-flex items-center gap-1.5">
          <StatusBadge status={payout.status} />
          <NotableRisk level={payout.risk?.level} />
          {payout.settledBy && <SettledByHand />}
        </span>
      )
    case 'turn':
      return t(`turn.${statusWords[payout.status].turn}`)
    case 'age':
      return <Age at={payout.finalAt === null ? payout.stageSince : payout.createdAt} />
    case 'amount':
      return <Amount display={displayAmount(payout.amountMinor, payout.currency)} />
    case 'risk':
      return payout.risk === null ? null : t(`risk.${payout.risk.level}`)
    case 'source':
      return t(`source.${payout.source}`)
    case 'approver':
      if (payout.policyNote?.approved) return t('byPolicy')
      return text(payout.approvedById && nameOf(payout.approvedById))
    case 'id':
      return text(payout.id)
    case 'order':
      return text(payout.orderId)
    case 'client_order':
      return text(payout.clientOrderId)
    case 'description':
      return text(payout.description)
    case 'code':
      return text(payout.gatewayCode)
    case 'endpoint':
      return text(endpointOf(payout.endpointId))
    case 'ended':
      return payout.finalAt === null ? null : <Time at={payout.finalAt} />
  }
}

/** People said how it ended, not Cardzo. */
export function SettledByHand() {
  const t = useTranslations('payouts')
  return <Tag look="bg-sunken text-ink-2" icon="people" text={t('settledByHand')} />
}

/** Only what an approver must not miss; a low risk is in its column. */
function NotableRisk({ level }: { level: RiskLevel | undefined }) {
  const t = useTranslations('payouts')
  if (level !== 'medium' && level !== 'high') return null
  const look = level === 'high' ? 'bg-bad-soft text-bad' : 'bg-warn-soft text-warn'
  return <Tag look={look} icon="alert" text={t(`risk.${level}`)} />
}

import Link from 'next/link'
import { useLocale, useTranslations } from 'next-intl'
import { Amount, BankAccount } from '#app/_ui/amount.tsx'
import { Tag } from '#app/_ui/badge.tsx'
import { Button } from '#app/_ui/button.tsx'
import { Empty } from '#app/_ui/card.tsx'
import { Age, Time } from '#app/_ui/time.tsx'
import { RiskMark } from '#app/desk/_ui/risk-tag.tsx'
import { Validated } from '#app/desk/_ui/validated.tsx'
import { displayAmount } from '#lib/payouts/money.ts'
import { receiverName } from '#lib/payouts/receiver-name.ts'
import type { Desk, QueueRow } from '#lib/services/desk/show-desk.ts'
import { moneyText } from '#lib/words/money.ts'
import { TakeForms } from './take-forms.tsx'
import { Taken } from './taken.tsx'
import { deskPath, queueTabs } from './address.ts'
import type { DeskAddress } from './address.ts'

type Props = { queue: Desk['queue']; address: DeskAddress; decides: boolean; userId: string }

/** What waits for approval, in tabs by whose turn it is. Approvers can select several and review them together. */
export function Queue({ queue, address, decides, userId }: Props) {
  const t = useTranslations('payouts.select')
  const selects = decides && queue.tab === 'mine' && queue.rows.length > 0
  return (
    <>
      <Tabs queue={queue} address={address} decides={decides} />
      {queue.rows.length === 0 && <NoRows tab={queue.tab} all={queue.counts.all} />}
      {queue.rows.length > 0 && !selects && (
        <Rows queue={queue} selects={false} selected={false} decides={decides} userId={userId} />
      )}
      {selects && (
        <form method="get" action="/desk/approve">
          <Rows queue={queue} selects selected={address.selected} decides={decides} userId={userId} />
          <div className="mt-4 flex flex-wrap items-center gap-x-5 gap-y-2">
            <Button look="secondary">{t('review')}</Button>
            <Link
              href={deskPath({ ...address, tab: 'mine', selected: !address.selected })}
              prefetch={false}
              scroll={false}
              className="text-link inline-flex min-h-11 items-center text-[0.9375rem]"
            >
              {address.selected ? t('none') : t('all')}
            </Link>
          </div>
        </form>
      )}
      <More queue={queue} address={address} />
      {decides && <TakeForms />}
    </>
  )
}

function Tabs({ queue, address, decides }: Omit<Props, 'userId'>) {
  const t = useTranslations('desk.queue')
  return (
    <nav aria-label={t('tabs')} className="-mx-1 mb-3 flex flex-wrap gap-1">
      {queueTabs
        .filter((tab) => decides || tab !== 'mine')
        .map((tab) => {
          const here = tab === queue.tab
          return (
            <Link
              key={tab}
              href={deskPath({ ...address, tab, many: false, selected: false })}
              prefetch={false}
              scroll={false}
              {...(here && { 'aria-current': 'true' })}
              className={`inline-flex min-h-11 items-center gap-2 rounded-full px-4 text-[0.9375rem] transition-colors sm:min-h-9 ${
                here ? 'bg-ink text-paper' : 'text-ink-2 hover:bg-sunken'
              }`}
            >
              {t(`tab.${tab}`)}
              <span className={here ? '' : 'text-ink-3'}>{queue.counts[tab]}</span>
            </Link>
          )
        })}
    </nav>
  )
}

function NoRows({ tab, all }: { tab: Desk['queue']['tab']; all: number }) {
  const t = useTranslations('desk.queue')
  return (
    <Empty title={t(`none.${tab}`)}>
      <p>{t(`noneText.${tab === 'mine' && all === 0 ? 'all' : tab}`)}</p>
    </Empty>
  )
}

type RowProps = { selects: boolean; selected: boolean; decides: boolean; userId: string }

function Rows({ queue, ...rest }: { queue: Desk['queue'] } & RowProps) {
  return (
    <ul className="divide-y divide-line overflow-hidden rounded-2xl border border-line bg-surface">
      {queue.rows.map((row) => (
        <Row key={row.payout.id} row={row} {...rest} />
      ))}
    </ul>
  )
}

function Row({ row, selects, selected, decides, userId }: { row: QueueRow } & RowProps) {
  const [t, cockpit, list] = [
    useTranslations('desk.queue'),
    useTranslations('cockpit'),
    useTranslations('payouts.select'),
  ]
  const locale = useLocale()
  const { payout, given, needed } = row
  const { expiresAt } = payout
  const name = receiverName(payout.receiver)
  const display = displayAmount(payout.amountMinor, payout.currency)
  const amount = moneyText(locale, display)
  return (
    <li className="relative flex items-start transition-colors focus-within:bg-sunken hover:bg-sunken sm:items-center">
      {selects && (
        <label className="relative z-10 flex min-h-11 shrink-0 items-center self-stretch py-3.5 pl-4 sm:pl-5">
          <input
            // A new key when the address changes, or the box would keep what was clicked.
            key={String(selected)}
            type="checkbox"
            name="p"
            value={String(payout.seq)}
            defaultChecked={selected}
            className="size-5 accent-accent"
          />
          <span className="sr-only">{list.rich('row', { amount, name: () => <bdi>{name}</bdi> })}</span>
        </label>
      )}
      <div className="grid min-w-0 flex-1 grid-cols-[1fr_auto] gap-x-6 gap-y-1.5 px-4 py-3.5 sm:px-5 lg:grid-cols-[minmax(0,1fr)_minmax(0,2fr)_9rem] lg:items-center">
        <div className="min-w-0 max-lg:contents">
          <Link
            href={`/desk/payouts/${payout.id}`}
            prefetch={false}
            className="block truncate font-medium after:absolute after:inset-0"
          >
            <bdi>{name}</bdi>
          </Link>
          <p className="text-sm text-ink-2 max-lg:order-2 max-lg:col-span-2">
            <BankAccount bank={payout.destination['bank_name']} last4={payout.accountLast4} />
          </p>
        </div>
        <div className="order-3 col-span-2 text-sm leading-6 text-ink-2 lg:order-none lg:col-span-1">
          <div className="flex flex-wrap items-center gap-x-2.5 gap-y-1">
            <RiskMark level={payout.risk?.level ?? null} />
            <span>{t('approvals', { given, needed })}</span>
            <Marks row={row} />
            {row.because !== 'age' && (
              <Tag look="bg-info-soft text-info" icon="clock" text={cockpit(`because.${row.because}`)} />
            )}
            <Taken
              row={row}
              what={cockpit.rich('taken.of', { amount, name: () => <bdi>{name}</bdi> })}
              userId={userId}
              decides={decides}
            />
          </div>
          <p className="text-ink-3">
            <Validated at={payout.validatedAt} />
            <span> · {t.rich('waits', { age: () => <Age at={payout.stageSince} /> })}</span>
            {expiresAt && <span> · {t.rich('expires', { at: () => <Time at={expiresAt} short /> })}</span>}
          </p>
        </div>
        <p className="text-right text-lg">
          <Amount display={display} />
        </p>
      </div>
    </li>
  )
}

/** Why this person can't simply approve it. */
function Marks({ row: { agreed, own, blocked, needsNote } }: { row: QueueRow }) {
  const t = useTranslations('desk.queue')
  return (
    <>
      {own && <Tag look="bg-sunken text-ink-2" icon="person" text={t('own')} />}
      {agreed && <Tag look="bg-good-soft text-good" icon="check" text={t('agreed')} />}
      {blocked && <Tag look="bg-bad-soft text-bad" icon="alert" text={t('blocked')} />}
      {needsNote && <Tag look="bg-warn-soft text-warn" icon="alert" text={t('needsNote')} />}
    </>
  )
}

function More({ queue, address }: { queue: Desk['queue']; address: DeskAddress }) {
  const t = useTranslations('desk.queue')
  const [total, here] = [queue.counts[queue.tab], queue.rows.length]
  if (total <= here) return null
  return (
    <p className="mt-3 text-sm text-ink-2">
      <span>{t('first', { here, total })} </span>
      <span>
        {!address.many && (
          <Link
            href={deskPath({ ...address, tab: queue.tab, many: true })}
            prefetch={false}
            scroll={false}
            className="text-link"
          >
            {t('many')}
          </Link>
        )}
      </span>
    </p>
  )
}

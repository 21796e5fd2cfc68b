import Link from 'next/link'
import { useLocale, useTranslations } from 'next-intl'
import type { ReactNode } from 'react'
import type { UserActor } from '#app/_server/session.ts'
import { pathOf } from '#app/desk/payouts/filter.ts'
import { displayAmount } from '#lib/payouts/money.ts'
import { may } from '#lib/payouts/permissions.ts'
import { openStatuses } from '#lib/payouts/transitions.ts'
import type { Desk } from '#lib/services/desk/show-desk.ts'
import { moneyText } from '#lib/words/money.ts'

type Figure = { name: string; count: number; href: string; look?: 'bad' | 'warn'; note?: string }

/**
 * What needs this person, what is out of order and what is under way: each number opens exactly its rows. People see what their role can do
 * something about.
 */
export function Cockpit({ desk, actor }: { desk: Desk; actor: UserActor }) {
  const t = useTranslations('cockpit')
  return (
    <section aria-labelledby="cockpit" className="mb-10">
      <h2 id="cockpit" className="sr-only">
        {t('title')}
      </h2>
      <div className="grid gap-4 md:grid-cols-3">
        <NeedsYou desk={desk} actor={actor} />
        <OutOfOrder desk={desk} />
        <UnderWay desk={desk} actor={actor} />
      </div>
    </section>
  )
}

function NeedsYou({ desk, actor }: { desk: Desk; actor: UserActor }) {
  const t = useTranslations('cockpit')
  const { counts } = desk.queue
  const figures: Figure[] = [
    ...(may(actor, 'payout.decide')
      ? [{ name: t('toApprove'), count: counts.mine, href: '/desk?tab=mine#awaiting' }]
      : []),
    ...(may(actor, 'item.take')
      ? [{ name: t('yourItems'), count: desk.mine, href: '/desk?items=mine#items' }]
      : []),
    ...(may(actor, 'policy.manage')
      ? [{ name: t('proposals'), count: desk.proposals, href: '/desk?items=proposals#items' }]
      : []),
  ]
  const reads = !may(actor, 'payout.enter') && figures.length === 0
  return <Group title={t('needsYou')} figures={figures} empty={reads ? t('readOnly') : t('nothing')} />
}

function OutOfOrder({ desk }: { desk: Desk }) {
  const t = useTranslations('cockpit')
  const figures: Figure[] = [
    { name: t('unknown'), count: desk.unknown, href: '/desk/unknown', look: 'bad' },
    { name: t('items'), count: desk.open.items, href: '/desk#items', look: 'warn' },
    { name: t('late'), count: desk.open.late, href: '/desk#late', look: 'warn' },
    {
      name: t('money'),
      count: desk.money !== null && !desk.money.balanced ? 1 : 0,
      href: '/desk#money',
      look: 'bad',
    },
  ]
  return <Group title={t('outOfOrder')} figures={figures} empty={t('inOrder')} />
}

/** Per currency, for sums of different ones say nothing. */
function UnderWay({ desk: { totals, queue }, actor }: { desk: Desk; actor: UserActor }) {
  const [t, locale] = [useTranslations('cockpit'), useLocale()]
  const byCurrency = Map.groupBy(totals, ({ currency }) => currency)
  const figures = [...byCurrency].map(([currency, sums]): Figure => {
    const amountMinor = sums.reduce((sum, one) => sum + one.amountMinor, 0n)
    return {
      name: currency,
      count: sums.reduce((sum, { count }) => sum + count, 0),
      href: pathOf({ statuses: openStatuses, currency }),
      note: moneyText(locale, displayAmount(amountMinor, currency)),
    }
  })
  const others: Figure[] =
    may(actor, 'payout.enter') || may(actor, 'payout.decide')
      ? [{ name: t('othersDecide'), count: queue.counts.others, href: '/desk?tab=others#awaiting' }]
      : []
  return <Group title={t('underWay')} figures={[...figures, ...others]} empty={t('idle')} />
}

const looks = { bad: 'text-bad', warn: 'text-warn' } as const

/** Not a list, so that figures are not counted as rows of the page. What is zero says nothing. */
function Group({
  title,
  figures,
  empty,
}: {
  title: string
  figures: readonly Figure[]
  empty: string
}): ReactNode {
  const shown = figures.filter(({ count }) => count > 0)
  return (
    <div className="rounded-2xl border border-line bg-surface p-5">
      <h3 className="text-sm font-medium text-ink-2">{title}</h3>
      {shown.length === 0 && <p className="mt-2 text-[0.9375rem] text-ink-2">{empty}</p>}
      <dl className="mt-1">
        {shown.map(({ name, count, href, look, note }) => (
          <div
            key={name}
            className="relative -mx-2 flex min-h-11 items-center justify-between gap-x-4 rounded-lg px-2 py-1 hover:bg-sunken"
          >
            <dt className="text-[0.9375rem]">
              <Link href={href} prefetch={false} className="after:absolute after:inset-0">
                {name}
              </Link>
              {note !== undefined && <span className="block text-sm text-ink-3">{note}</span>}
            </dt>
            <dd className={`text-2xl font-semibold ${look ? looks[look] : ''}`}>{count}</dd>
          </div>
        ))}
      </dl>
    </div>
  )
}

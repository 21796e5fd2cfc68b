import type { Metadata } from 'next'
import Link from 'next/link'
import { Alert } from '#app/_ui/alert.tsx'
import { Account, Amount } from '#app/_ui/amount.tsx'
import { Empty, Page, PageTitle, Section } from '#app/_ui/card.tsx'
import { Age } from '#app/_ui/time.tsx'
import { getDeps } from '#app/_server/deps.ts'
import { requireActor } from '#app/_server/session.ts'
import type { UserActor } from '#app/_server/session.ts'
import { shown } from '#app/_server/shown.ts'
import { displayAmount } from '#lib/payouts/money.ts'
import { may } from '#lib/payouts/permissions.ts'
import { showDesk } from '#lib/services/show-desk.ts'
import type { Desk } from '#lib/services/show-desk.ts'
import { Compared } from './compared.tsx'
import { GatewayNotice } from './gateway-notice.tsx'
import { ItemRow } from './item-row.tsx'
import { receiverName } from './names.ts'
import { RefreshNow } from './refresh-now.tsx'
import { SendingNotices } from './sending-notices.tsx'
import { SilenceNotice } from './silence-notice.tsx'
import { Validated } from './validated.tsx'

export const metadata: Metadata = { title: 'Desk' }

/** What needs me now. */
export default async function DeskPage({
  searchParams,
}: {
  searchParams: Promise<Record<string, string | string[] | undefined>>
}) {
  const actor = await requireActor('payout.see_all')
  const onlyMine = (await searchParams)['items'] === 'mine'
  const desk = shown(await showDesk(await getDeps(), actor, { onlyMine }))
  const decides = may(actor, 'payout.decide')
  return (
    <Page wide>
      <SendingNotices actor={actor} />
      <PageTitle
        lead={
          decides
            ? 'What needs you now.'
            : 'What needs people now. Your role can look, and decides nothing here.'
        }
      >
        Desk
      </PageTitle>
      <GatewayNotice condition={desk.condition} />
      <SilenceNotice silence={desk.silence} />
      <UnknownNotice count={desk.unknown} />
      <Section id="awaiting" title="Awaiting approval" aside={<Sums sums={desk.awaitingSums} />}>
        <Awaiting desk={desk} />
      </Section>
      <Section id="items" title="Open items" aside={<ItemFilter desk={desk} onlyMine={onlyMine} />}>
        {desk.items.length === 0 ? (
          <NoItems onlyMine={onlyMine} />
        ) : (
          <ItemList items={desk.items} actor={actor} />
        )}
      </Section>
      {desk.late.length > 0 && (
        <Section id="late" title="Takes too long" aside={`${desk.late.length} beyond their time`}>
          <ItemList items={desk.late} actor={actor} />
        </Section>
      )}
      <Compared {...desk.comparisons} />
      <RefreshNow shownAt={new Date().toISOString()} />
    </Page>
  )
}

function ItemList({ items, actor }: { items: Desk['items']; actor: UserActor }) {
  return (
    <ul className="space-y-3">
      {items.map((item) => (
        <ItemRow key={item.id} item={item} actor={actor} />
      ))}
    </ul>
  )
}

function NoItems({ onlyMine }: { onlyMine: boolean }) {
  return onlyMine ? (
    <Empty title="You have taken on nothing that is open">
      <p>Take an item, so that nobody else chases it too.</p>
    </Empty>
  ) : (
    <Empty title="Nothing is out of order">
      <p>What the portal can not settle by itself is listed here, with what happened and why.</p>
    </Empty>
  )
}

/** Everything, or what I have taken on. */
function ItemFilter({ desk, onlyMine }: { desk: Desk; onlyMine: boolean }) {
  const shownCount = desk.items.length + desk.late.length
  if (onlyMine)
    return (
      <Link href="/desk" prefetch={false} className="text-link">
        Show all
      </Link>
    )
  if (shownCount === 0) return null
  return (
    <span className="flex flex-wrap gap-x-5">
      <span>{shownCount} to look at</span>
      <Link href="/desk?items=mine" prefetch={false} className="text-link">
        Mine: {desk.mine}
      </Link>
    </span>
  )
}

function UnknownNotice({ count }: { count: number }) {
  if (count === 0) return null
  return (
    <div className="mb-10">
      <Alert
        tone="warn"
        title={
          count === 1
            ? 'Of one payout it is not known whether it was paid.'
            : `Of ${count} payouts it is not known whether they were paid.`
        }
      >
        <Link href="/desk/unknown" prefetch={false} className="text-link inline-flex min-h-8 items-center">
          See what is known and the ways out
        </Link>
      </Alert>
    </div>
  )
}

function Sums({ sums }: { sums: Desk['awaitingSums'] }) {
  if (sums.length === 0) return null
  return (
    <ul className="flex flex-wrap gap-x-5">
      {sums.map((sum) => (
        <li key={sum.currency}>
          <Link href="/desk/payouts?status=awaiting_approval" prefetch={false} className="text-link">
            {sum.count} · {displayAmount(sum.amountMinor, sum.currency)}
          </Link>
        </li>
      ))}
    </ul>
  )
}

function Awaiting({ desk }: { desk: Desk }) {
  if (desk.awaiting.length === 0)
    return (
      <Empty title="No payout waits for approval">
        <p>As soon as a bank has confirmed one, it stands here and the approvers get a mail.</p>
      </Empty>
    )
  return (
    <ul className="divide-y divide-line overflow-hidden rounded-2xl border border-line bg-surface">
      {desk.awaiting.map((payout) => (
        <li
          key={payout.id}
          className="relative grid gap-x-6 gap-y-1 px-4 py-3.5 transition-colors focus-within:bg-sunken hover:bg-sunken grid-cols-[1fr_auto] sm:grid-cols-[1fr_auto_9rem] sm:items-center sm:px-5"
        >
          <div className="min-w-0">
            <Link
              href={`/desk/payouts/${payout.id}`}
              prefetch={false}
              className="block truncate font-medium after:absolute after:inset-0"
            >
              {receiverName(payout)}
            </Link>
            <p className="text-sm text-ink-2">
              {payout.destination['bank_name'] && `${payout.destination['bank_name']} `}
              <Account last4={payout.accountLast4} />
            </p>
          </div>
          <p className="order-3 col-span-2 text-sm text-ink-2 sm:order-none sm:col-span-1 sm:text-right">
            <Validated at={payout.validatedAt} />
            <span className="text-ink-3"> · waits </span>
            <Age at={payout.stageSince} />
          </p>
          <p className="text-right text-lg">
            <Amount display={displayAmount(payout.amountMinor, payout.currency)} />
          </p>
        </li>
      ))}
    </ul>
  )
}

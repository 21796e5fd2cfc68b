import type { Metadata } from 'next'
import Link from 'next/link'
import { Account, Amount } from '#app/_ui/amount.tsx'
import { Empty, Page, PageTitle, Section } from '#app/_ui/card.tsx'
import { Age } from '#app/_ui/time.tsx'
import { getDeps } from '#app/_server/deps.ts'
import { requireActor } from '#app/_server/session.ts'
import { shown } from '#app/_server/shown.ts'
import { displayAmount } from '#lib/payouts/money.ts'
import { may } from '#lib/payouts/permissions.ts'
import { showDesk } from '#lib/services/show-desk.ts'
import type { Desk } from '#lib/services/show-desk.ts'
import { GatewayNotice } from './gateway-notice.tsx'
import { ItemRow } from './item-row.tsx'
import { receiverName } from './names.ts'
import { RefreshNow } from './refresh-now.tsx'
import { Validated } from './validated.tsx'

export const metadata: Metadata = { title: 'Desk' }

/** What needs me now. */
export default async function DeskPage() {
  const actor = await requireActor('payout.see_all')
  const desk = shown(await showDesk(await getDeps(), actor))
  const decides = may(actor, 'payout.decide')
  return (
    <Page wide>
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
      <Section id="awaiting" title="Awaiting approval" aside={<Sums sums={desk.awaitingSums} />}>
        <Awaiting desk={desk} />
      </Section>
      <Section
        id="items"
        title="Open items"
        aside={desk.items.length > 0 && `${desk.items.length} to look at`}
      >
        {desk.items.length === 0 ? (
          <Empty title="Nothing is out of order">
            <p>What the portal can not settle by itself is listed here, with what happened and why.</p>
          </Empty>
        ) : (
          <ul className="space-y-3">
            {desk.items.map((item) => (
              <ItemRow key={item.id} item={item} closable={may(actor, 'item.close')} />
            ))}
          </ul>
        )}
      </Section>
      <RefreshNow shownAt={new Date().toISOString()} />
    </Page>
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

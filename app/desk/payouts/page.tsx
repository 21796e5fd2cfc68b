import type { Metadata } from 'next'
import { buttonClass } from '#app/_ui/button.tsx'
import { Empty, Page, PageTitle } from '#app/_ui/card.tsx'
import { Icon } from '#app/_ui/icons.tsx'
import { Pager } from '#app/_ui/page/pager.tsx'
import { getDeps } from '#app/_server/deps.ts'
import { requireActor } from '#app/_server/session.ts'
import { shown } from '#app/_server/shown.ts'
import { listDeskPayouts } from '#lib/services/payout/list-payouts.ts'
import { SendingNotices } from '#app/desk/_ui/sending-notices.tsx'
import { FilterBar } from './filter-bar.tsx'
import { readFilter, writeFilter } from './filter.ts'
import { PayoutTable } from './payout-table.tsx'
import { SumStrip } from './sum-strip.tsx'

export const metadata: Metadata = { title: 'Payouts' }

/** This page of the list, which a payout opened from it carries along. */
function addressOf(filter: Parameters<typeof writeFilter>[0], cursor: string | undefined): URLSearchParams {
  const query = writeFilter(filter)
  if (cursor !== undefined) query.set('cursor', cursor)
  return query
}

type Props = { searchParams: Promise<Record<string, string | string[] | undefined>> }

export default async function PayoutsPage({ searchParams }: Props) {
  const actor = await requireActor('payout.see_all')
  const query = await searchParams
  const filter = readFilter(query)
  const cursor = typeof query['cursor'] === 'string' ? query['cursor'] : undefined
  const list = shown(
    await listDeskPayouts(await getDeps(), actor, { ...filter, ...(cursor !== undefined && { cursor }) }),
  )
  return (
    <Page wide>
      <SendingNotices actor={actor} />
      <div className="flex flex-wrap items-start justify-between gap-x-6">
        <PageTitle>Payouts</PageTitle>
        {/* A download, so not a router link. */}
        <a
          href={`/desk/payouts/export?${writeFilter(filter).toString()}`}
          className={buttonClass('secondary')}
        >
          <Icon name="download" />
          Download CSV
        </a>
      </div>
      <FilterBar filter={filter} />
      <SumStrip sums={list.sums} filter={filter} />
      {list.rows.length === 0 ? (
        <Empty title="No payout fits this filter">
          <p>Take a status away, or search for an id, a receiver or the last four digits of an account.</p>
        </Empty>
      ) : (
        <PayoutTable rows={list.rows} list={addressOf(filter, cursor)} />
      )}
      <Pager
        next={list.nextCursor}
        isFirst={cursor === undefined}
        path="/desk/payouts"
        query={writeFilter(filter)}
      />
    </Page>
  )
}

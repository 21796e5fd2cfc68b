import { currenciesPaid, endpointBook } from '#lib/services/endpoint/endpoint-book.ts'
import type { Metadata } from 'next'
import { getTranslations } from 'next-intl/server'
import { BrowserWords } from '#app/_server/browser-words.tsx'
import { getDeps } from '#app/_server/deps.ts'
import { zoneHere } from '#app/_server/locale.ts'
import { requireActor } from '#app/_server/session.ts'
import { shown } from '#app/_server/shown.ts'
import { openReads } from '#app/_server/standby/reads.ts'
import { buttonClass } from '#app/_ui/button.tsx'
import { Empty, Page, PageTitle, TitleRow } from '#app/_ui/card.tsx'
import { Icon } from '#app/_ui/icons.tsx'
import { TextLink } from '#app/_ui/text-link.tsx'
import { Pager } from '#app/_ui/page/pager.tsx'
import { AsOf } from '#app/desk/_ui/as-of.tsx'
import { Keys } from '#app/desk/_ui/keys.tsx'
import { SendingNotices } from '#app/desk/_ui/sending-notices.tsx'
import { may } from '#lib/payouts/permissions.ts'
import { listViews } from '#lib/services/desk/list-views.ts'
import { listDeskPayouts } from '#lib/services/standby/list-desk-payouts.ts'
import { Chips } from './_list/chips.tsx'
import { FilterBar } from './_list/filter-bar.tsx'
import { KeepView } from './_list/keep-view.tsx'
import { PayoutTable } from './_list/payout-table.tsx'
import { SelectionBar } from './_list/selection-bar.tsx'
import { SumStrip } from './_list/sum-strip.tsx'
import { ViewTabs } from './_list/view-tabs.tsx'
import { deskFilterOf, readFilter, writeFilter } from './filter.ts'

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations('payouts'))('title') }
}

/** This page of the list, which a payout opened from it carries along. */
const addressOf = (filter: URLSearchParams, cursor: string | undefined): string =>
  new URLSearchParams([...filter, ...(cursor === undefined ? [] : [['cursor', cursor]])]).toString()

type Props = { searchParams: Promise<Record<string, string | string[] | undefined>> }

export default async function PayoutsPage({ searchParams }: Props) {
  const actor = await requireActor('payout.see_all')
  const [t, query, deps, zone] = await Promise.all([
    getTranslations('payouts'),
    searchParams,
    getDeps(),
    zoneHere().then((chosen) => chosen ?? 'UTC'),
  ])
  const filter = readFilter(query)
  const cursor = typeof query['cursor'] === 'string' ? query['cursor'] : undefined
  const now = new Date()
  const [list, views, users, { endpoints }] = await Promise.all([
    listDeskPayouts(
      deps,
      actor,
      { ...deskFilterOf(filter, now, zone), ...(cursor !== undefined && { cursor }) },
      await openReads(),
    ),
    listViews(deps, actor),
    deps.people.listUsers(),
    endpointBook(deps),
  ])
  const { rows, sums, nextCursor, asOf } = shown(list)
  const kept = shown(views).views
  const address = writeFilter(filter)
  const selects = may(actor, 'payout.decide') && rows.some(({ status }) => status === 'awaiting_approval')
  const nameOf = (id: string) => users.find((user) => user.id === id)?.name ?? id
  const endpointOf = (id: string | number) =>
    endpoints.find((one) => String(one.id) === String(id))?.name ?? String(id)
  return (
    <Page full>
      <SendingNotices actor={actor} />
      <TitleRow>
        <PageTitle>{t('title')}</PageTitle>
        {/* A download, so not a router link. */}
        <div className="flex flex-wrap items-center gap-x-4 gap-y-2 max-sm:gap-x-3 max-sm:[&_svg]:hidden">
          <TextLink href="/desk/payouts/files">{t('files.title')}</TextLink>
          <a
            href={`/desk/payouts/export?${address.toString()}&format=xlsx`}
            className={`${buttonClass('secondary')} max-sm:px-3`}
          >
            <Icon name="download" />
            {t('downloadXlsx')}
          </a>
          <a
            href={`/desk/payouts/export?${address.toString()}`}
            className={`${buttonClass('secondary')} max-sm:px-3`}
          >
            <Icon name="download" />
            {t('download')}
          </a>
        </div>
      </TitleRow>
      <div className="space-y-3">
        <ViewTabs filter={filter} views={kept} />
        <FilterBar
          filter={filter}
          currencies={await currenciesPaid(deps)}
          approvers={users.filter(({ role }) => role === 'approver')}
          endpoints={endpoints}
        />
        <Chips filter={filter} zone={zone} nameOf={nameOf} endpointOf={endpointOf} />
        <BrowserWords areas={['payouts']}>
          <KeepView query={address.toString()} own={kept.filter(({ ownerId }) => ownerId === actor.id)} />
        </BrowserWords>
      </div>
      <AsOf at={asOf} />
      <SumStrip sums={sums} filter={filter} />
      {rows.length === 0 ? (
        <Empty title={nextCursor === null ? t('none.title') : t('none.yet')}>
          <p>{nextCursor === null ? t('none.text') : t('none.goOn')}</p>
        </Empty>
      ) : (
        <PayoutTable
          // Another filter or page is another list; the same one follows changes.
          key={`${address.toString()} ${cursor ?? ''}`}
          rows={rows}
          columns={filter.columns}
          selects={selects}
          nameOf={nameOf}
          endpointOf={endpointOf}
          shownAt={(asOf ?? now).toISOString()}
          list={addressOf(address, cursor)}
        />
      )}
      {selects && (
        <BrowserWords areas={['payouts']}>
          <SelectionBar />
        </BrowserWords>
      )}
      <Pager next={nextCursor} isFirst={cursor === undefined} path="/desk/payouts" query={address} />
      <Keys
        keys={[
          { key: '/', what: t('key.search'), act: { focus: 'search' } },
          { key: 'j', what: t('key.next'), act: { row: 1 } },
          { key: 'k', what: t('key.previous'), act: { row: -1 } },
          ...(selects ? [{ key: 'x', what: t('key.select'), act: 'tick' } as const] : []),
        ]}
      />
    </Page>
  )
}

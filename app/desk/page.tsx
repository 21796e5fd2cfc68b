import type { Metadata } from 'next'
import { useTranslations } from 'next-intl'
import { getTranslations } from 'next-intl/server'
import Link from 'next/link'
import { BrowserWords } from '#app/_server/browser-words.tsx'
import { getDeps } from '#app/_server/deps.ts'
import { requireActor } from '#app/_server/session.ts'
import type { UserActor } from '#app/_server/session.ts'
import { shown } from '#app/_server/shown.ts'
import { Alert } from '#app/_ui/alert.tsx'
import { Money } from '#app/_ui/amount.tsx'
import { Empty, Page, PageTitle, Section } from '#app/_ui/card.tsx'
import { TextLink } from '#app/_ui/text-link.tsx'
import { ItemRow } from '#app/desk/_items/item-row.tsx'
import { RefreshNow } from '#app/desk/_ui/refresh-now.tsx'
import { SendingNotices } from '#app/desk/_ui/sending-notices.tsx'
import { displayAmount } from '#lib/payouts/money.ts'
import { may } from '#lib/payouts/permissions.ts'
import { manyAtMost } from '#lib/services/approval/approve-many.ts'
import { showDesk } from '#lib/services/desk/show-desk.ts'
import type { Desk } from '#lib/services/desk/show-desk.ts'
import { deskPath, readAddress } from './address.ts'
import type { DeskAddress } from './address.ts'
import { ComparisonResult } from './comparison.tsx'
import { LockedOutNotice } from './locked-out-notice.tsx'
import { MoneyEquation } from './money-equation.tsx'
import { AtCardzo } from './at-cardzo.tsx'
import { Cockpit } from './cockpit.tsx'
import { Queue } from './queue.tsx'
import { NoWorkerNotice } from './no-worker-notice.tsx'
import { FirstRunNotice } from './first-run-notice.tsx'

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations('desk')
  return { title: t('title') }
}

/** What needs the person now. */
export default async function DeskPage({
  searchParams,
}: {
  searchParams: Promise<Record<string, string | string[] | undefined>>
}) {
  const actor = await requireActor('payout.see_all')
  const address = readAddress(await searchParams)
  const { tab, onlyMine, onlyProposals = false, many } = address
  const desk = shown(
    await showDesk(await getDeps(), actor, {
      onlyMine,
      onlyProposals,
      ...(tab && { tab }),
      ...(many && { rows: manyAtMost }),
    }),
  )
  const decides = may(actor, 'payout.decide')
  const t = await getTranslations('desk')
  const lead = decides ? t('lead.decides') : may(actor, 'item.take') ? t('lead.works') : t('lead.readOnly')
  return (
    <Page wide>
      <SendingNotices actor={actor} />
      <PageTitle lead={lead}>{t('title')}</PageTitle>
      <LockedOutNotice condition={desk.condition} />
      <NoWorkerNotice silence={desk.silence} />
      <FirstRunNotice list={desk.firstRun} />
      <Cockpit desk={desk} actor={actor} />
      <AtCardzo {...desk.atCardzo} />
      <UnknownNotice count={desk.unknown} />
      <UncappedNotice currencies={desk.uncapped} />
      <Section id="awaiting" title={t('awaiting')} aside={<Sums sums={desk.queue.sums} />}>
        <Queue queue={desk.queue} address={address} decides={decides} userId={actor.id} />
      </Section>
      <Section id="items" title={t('items')} aside={<ItemFilter desk={desk} address={address} />}>
        {desk.items.length === 0 ? (
          <NoItems onlyMine={onlyMine} />
        ) : (
          <ItemList items={desk.items} actor={actor} />
        )}
      </Section>
      {desk.late.length > 0 && (
        <Section id="late" title={t('late')} aside={t('lateCount', { n: desk.late.length })}>
          <ItemList items={desk.late} actor={actor} />
        </Section>
      )}
      <MoneyEquation money={desk.money} changed={desk.changed} />
      <ComparisonResult {...desk.comparisons} />
      <RefreshNow shownAt={new Date().toISOString()} />
    </Page>
  )
}

function ItemList({ items, actor }: { items: Desk['items']; actor: UserActor }) {
  return (
    <BrowserWords areas={['items']}>
      <ul className="space-y-3">
        {items.map((item) => (
          <ItemRow key={item.id} item={item} actor={actor} />
        ))}
      </ul>
    </BrowserWords>
  )
}

function NoItems({ onlyMine }: { onlyMine: boolean }) {
  const t = useTranslations('desk.noItems')
  return onlyMine ? (
    <Empty title={t('mine')}>
      <p>{t('mineText')}</p>
    </Empty>
  ) : (
    <Empty title={t('none')}>
      <p>{t('noneText')}</p>
    </Empty>
  )
}

/** All open items, or the person's own. */
function ItemFilter({ desk, address }: { desk: Desk; address: DeskAddress }) {
  const t = useTranslations('desk')
  const shownCount = desk.items.length + desk.late.length
  const { onlyProposals: _, ...rest } = address
  const allItems = { ...rest, onlyMine: false }
  if (address.onlyMine || address.onlyProposals)
    return (
      <Link href={deskPath(allItems)} prefetch={false} className="text-link">
        {t('showAll')}
      </Link>
    )
  if (shownCount === 0) return null
  return (
    <span className="flex flex-wrap gap-x-5">
      <span>{t('toLookAt', { n: shownCount })}</span>
      <Link href={deskPath({ ...address, onlyMine: true })} prefetch={false} className="text-link">
        {t('yours', { n: desk.mine })}
      </Link>
    </span>
  )
}

function UnknownNotice({ count }: { count: number }) {
  const t = useTranslations('desk')
  if (count === 0) return null
  return (
    <div className="mb-10">
      <Alert tone="warn" title={t('unknown', { n: count })}>
        <TextLink href="/desk/unknown">{t('review')}</TextLink>
      </Alert>
    </div>
  )
}

/** Without a cap, an API key can have any amount approved automatically. */
function UncappedNotice({ currencies }: { currencies: Desk['uncapped'] }) {
  const t = useTranslations('desk')
  if (currencies.length === 0) return null
  return (
    <div className="mb-10">
      <Alert tone="info" title={t('uncapped', { currencies: currencies.join(', ') })}>
        <TextLink href="/desk/policy">{t('setCap')}</TextLink>
      </Alert>
    </div>
  )
}

/** What the rows of this tab add up to, per currency. Not a list, so that tests and screen readers don't count sums as rows. */
function Sums({ sums }: { sums: Desk['queue']['sums'] }) {
  if (sums.length === 0) return null
  return (
    <p className="flex flex-wrap gap-x-5">
      {sums.map((sum) => (
        <span key={sum.currency}>
          {sum.count} · <Money display={displayAmount(sum.amountMinor, sum.currency)} />
        </span>
      ))}
    </p>
  )
}

import Link from 'next/link'
import { useTranslations } from 'next-intl'
import type { ReactNode } from 'react'
import type { UserActor } from '#app/_server/session.ts'
import { SeverityBadge } from '#app/_ui/badge.tsx'
import { Icon } from '#app/_ui/icons.tsx'
import { Age } from '#app/_ui/time.tsx'
import { PayoutName } from '#app/desk/payout-name.tsx'
import { may } from '#lib/payouts/permissions.ts'
import type { Desk } from '#lib/services/desk/show-desk.ts'
import { CloseItemForm } from './close-item-form.tsx'
import { ItemSays } from './item-says.tsx'
import { itemWords, proposalOf, proposalPages } from './item-words.ts'
import { OwnerForm } from './owner-form.tsx'

/** What is wrong, what to do, since when, and with which payout. Its forms have the words of the area `items`. */
export function ItemRow({ item, actor }: { item: Desk['items'][number]; actor: UserActor }) {
  const [t, kinds] = [useTranslations('items'), useTranslations('itemKinds')]
  const { payout } = item
  const { title } = itemWords(kinds, item)
  return (
    <li className="rounded-2xl border border-line bg-surface p-4 sm:p-5">
      <div className="flex flex-wrap items-center gap-x-3 gap-y-1.5 text-sm text-ink-3">
        <SeverityBadge severity={item.severity} />
        <span>{t.rich('open', { age: () => <Age at={item.openedAt} /> })}</span>
        {item.seen > 1 && <span>{t('seen', { n: item.seen })}</span>}
        <Owner item={item} own={item.ownerId === actor.id} />
      </div>
      <ItemSays item={item} />
      <div className="mt-1 flex flex-wrap items-start gap-x-6">
        {payout ? (
          <ItemLink href={`/desk/payouts/${payout.id}`}>
            <PayoutName payout={payout} />
          </ItemLink>
        ) : (
          <span className="inline-flex min-h-11 items-center text-sm text-ink-3">{t('noPayout')}</span>
        )}
        {item.kind === 'proposal_waits' && (
          <ItemLink href={proposalPages[proposalOf(item)]}>{t('proposal')}</ItemLink>
        )}
        {item.kind === 'outcome_unknown' && payout?.status === 'outcome_unknown' && (
          <ItemLink href={`/desk/unknown#${payout.id}`}>{t('waysOut')}</ItemLink>
        )}
        {may(actor, 'item.take') && (
          <OwnerForm
            id={item.id}
            item={title}
            ownerId={item.ownerId}
            ownerName={item.ownerName}
            own={item.ownerId === actor.id}
          />
        )}
        {may(actor, 'item.close') && <CloseItemForm id={item.id} item={title} />}
      </div>
    </li>
  )
}

function Owner({ item: { ownerName, ownedAt }, own }: { item: Desk['items'][number]; own: boolean }) {
  const t = useTranslations('items')
  if (ownerName === null || ownedAt === null) return null
  const age = () => <Age at={ownedAt} />
  return (
    <span className="inline-flex items-center gap-1.5 text-ink-2">
      <Icon name="person" className="size-3.5" />
      <span>
        {own ? t.rich('mine', { age }) : t.rich('owner', { age, name: () => <bdi>{ownerName}</bdi> })}
      </span>
    </span>
  )
}

function ItemLink({ href, children }: { href: string; children: ReactNode }) {
  return (
    <Link
      href={href}
      prefetch={false}
      className="text-link inline-flex min-h-11 items-center text-[0.9375rem]"
    >
      {children}
    </Link>
  )
}

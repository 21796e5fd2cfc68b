import { useTranslations } from 'next-intl'
import Link from 'next/link'
import type { DeskView } from '#lib/services/ports.ts'
import { filterOfQuery, isView, pathOf, shippedViews } from '../filter.ts'
import type { Filter, ShippedView } from '../filter.ts'

const shipped = Object.entries(shippedViews) as [ShippedView, Partial<Filter>][]

/** The views that come with the product, and those that people keep. Each is a link to an address. */
export function ViewTabs({ filter, views }: { filter: Filter; views: readonly DeskView[] }) {
  const t = useTranslations('payouts')
  return (
    <nav aria-label={t('views')} className="-mx-1 flex flex-wrap gap-1">
      {shipped.map(([name, view]) => (
        <Tab
          key={name}
          href={pathOf({ ...view, columns: filter.columns })}
          isHere={isView(filter, view)}
          text={t(`view.${name}`)}
        />
      ))}
      {views.map(({ id, name, query, shared, ownerName }) => (
        <Tab
          key={id}
          href={pathOf(filterOfQuery(new URLSearchParams(query)), { view: id })}
          isHere={isView(filter, filterOfQuery(new URLSearchParams(query)))}
          text={name}
          {...(shared && { title: t('sharedBy', { name: ownerName }) })}
        />
      ))}
    </nav>
  )
}

function Tab({ href, isHere, text, title }: { href: string; isHere: boolean; text: string; title?: string }) {
  return (
    <Link
      href={href}
      prefetch={false}
      {...(title !== undefined && { title })}
      {...(isHere && { 'aria-current': 'true' as const })}
      className={`inline-flex min-h-11 items-center rounded-full px-4 text-[0.9375rem] transition-colors sm:min-h-9 ${
        isHere ? 'bg-ink text-paper' : 'text-ink-2 hover:bg-sunken'
      }`}
    >
      <bdi className="max-w-60 truncate">{text}</bdi>
    </Link>
  )
}

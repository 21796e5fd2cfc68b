import { useTranslations } from 'next-intl'
import Link from 'next/link'
import { Button, ButtonLink } from '#app/_ui/button.tsx'
import { Fold } from '#app/_ui/fold.tsx'
import { Icon } from '#app/_ui/icons.tsx'
import { payoutStatuses } from '#lib/payouts/transitions.ts'
import { isView, pathOf, views } from './filter.ts'
import type { Filter } from './filter.ts'

/** The whole filter is in the address, so a plain form and plain links are enough. */
export function FilterBar({ filter }: { filter: Filter }) {
  const label = useTranslations('status.label')
  const ownChoice = !views.some((view) => isView(filter, view.statuses))
  return (
    <div className="space-y-3">
      <nav aria-label="Views" className="-mx-1 flex flex-wrap gap-1">
        {views.map((view) => {
          const here = isView(filter, view.statuses)
          return (
            <Link
              key={view.label}
              href={pathOf({ statuses: [...view.statuses], search: filter.search })}
              prefetch={false}
              {...(here && { 'aria-current': 'true' })}
              className={`inline-flex min-h-11 items-center rounded-full px-4 text-[0.9375rem] transition-colors sm:min-h-9 ${
                here ? 'bg-ink text-paper' : 'text-ink-2 hover:bg-sunken'
              }`}
            >
              {view.label}
            </Link>
          )
        })}
      </nav>
      <form method="get" action="/desk/payouts" role="search" className="space-y-3">
        <div className="flex flex-wrap gap-3">
          <div className="relative min-w-56 flex-1">
            <label htmlFor="search" className="sr-only">
              Search
            </label>
            <Icon name="search" className="pointer-events-none absolute top-3.5 left-3.5 size-4 text-ink-3" />
            <input
              key={filter.search}
              id="search"
              name="search"
              type="search"
              dir="auto"
              maxLength={200}
              defaultValue={filter.search}
              placeholder="Id, order id, receiver or last four digits"
              className="block min-h-11 w-full rounded-lg border border-line-strong bg-surface py-2 pr-3 pl-10 text-base placeholder:text-ink-3 hover:border-ink-2"
            />
          </div>
          <Button look="secondary">Search</Button>
          {(filter.search !== '' || filter.statuses.length > 0) && (
            <ButtonLink href="/desk/payouts" look="quiet">
              Reset
            </ButtonLink>
          )}
        </div>
        <Fold
          open={ownChoice}
          title={
            <>
              Choose statuses
              <span>{filter.statuses.length > 0 && ` (${filter.statuses.length} chosen)`}</span>
            </>
          }
        >
          <fieldset className="mt-1 rounded-xl border border-line bg-surface p-3">
            <legend className="sr-only">Statuses, any of</legend>
            <div className="grid grid-cols-2 gap-x-4 sm:grid-cols-3 lg:grid-cols-5">
              {payoutStatuses.map((status) => (
                <label
                  key={status}
                  className="flex min-h-11 items-center gap-2.5 text-[0.9375rem] sm:min-h-9"
                >
                  <input
                    key={String(filter.statuses.includes(status))}
                    type="checkbox"
                    name="status"
                    value={status}
                    defaultChecked={filter.statuses.includes(status)}
                    className="size-4.5 shrink-0 accent-accent"
                  />
                  {label(status)}
                </label>
              ))}
            </div>
          </fieldset>
        </Fold>
      </form>
    </div>
  )
}

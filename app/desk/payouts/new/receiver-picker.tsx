import Link from 'next/link'
import { useTranslations } from 'next-intl'
import { Button } from '#app/_ui/button.tsx'
import { Card } from '#app/_ui/card.tsx'
import { receiverName } from '#lib/payouts/receiver-name.ts'
import type { Receiver } from '#lib/services/ports.ts'

/** More would push the form off the screen. */
const offered = 8

/** The address of the form, with the receiver who was chosen or what was searched for. */
export function newPath(formId: string, { to, find }: { to?: string | null; find?: string } = {}): string {
  const query = new URLSearchParams({ form: formId })
  if (to != null) query.set('to', to)
  if (find !== undefined && find !== '') query.set('find', find)
  return `/desk/payouts/new?${query.toString()}`
}

/** Somebody we know, found by name, address or number; their data is then in the form below. A new receiver needs none of this. */
export function ReceiverPicker({
  formId,
  search,
  chosen,
  found,
}: {
  formId: string
  search: string
  chosen: Receiver | null
  found: { receivers: readonly Receiver[]; isCut: boolean } | null
}) {
  const t = useTranslations('receivers')
  if (chosen)
    return (
      <p className="mb-4 flex flex-wrap items-center gap-x-4">
        <Link href={`/desk/receivers/${chosen.id}`} prefetch={false} className="text-link">
          {t('pick.chosen', { name: receiverName(chosen) })}
        </Link>
        <Link href={newPath(formId)} prefetch={false} className="text-link inline-flex min-h-11 items-center">
          {t('pick.other')}
        </Link>
      </p>
    )
  const receivers = found?.receivers ?? []
  return (
    <Card className="mb-4">
      <search>
        <form method="get" action="/desk/payouts/new" className="flex flex-wrap items-end gap-3">
          <input type="hidden" name="form" value={formId} />
          <div className="min-w-0 flex-1">
            <label htmlFor="find" className="block text-sm font-medium">
              {t('pick.title')}
            </label>
            <p id="find-hint" className="text-sm text-ink-2">
              {t('pick.search')}
            </p>
            <input
              id="find"
              type="search"
              name="find"
              defaultValue={search}
              aria-describedby="find-hint"
              autoComplete="off"
              maxLength={200}
              className="mt-1 min-h-11 w-full rounded-lg border border-line-strong bg-surface px-3"
            />
          </div>
          <Button look="secondary">{t('pick.button')}</Button>
        </form>
      </search>
      {receivers.length === 0 ? (
        search !== '' && <p className="mt-3 text-ink-2">{t('pick.none')}</p>
      ) : (
        <nav aria-label={search === '' ? t('pick.latest') : t('pick.found')} className="mt-3">
          <ul>
            {receivers.slice(0, offered).map((receiver) => (
              <li key={receiver.id}>
                <Link
                  href={newPath(formId, { to: receiver.id })}
                  prefetch={false}
                  className="text-link flex min-h-11 flex-wrap items-center gap-x-3 sm:min-h-8"
                >
                  <bdi>{receiverName(receiver)}</bdi>
                  <span className="text-sm break-all text-ink-3">
                    <bdi>{receiver.externalId}</bdi>
                  </span>
                </Link>
              </li>
            ))}
          </ul>
          {(receivers.length > offered || found?.isCut) && (
            <p className="text-sm text-ink-3">{t('pick.more')}</p>
          )}
        </nav>
      )}
    </Card>
  )
}

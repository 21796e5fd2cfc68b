import { useTranslations } from 'next-intl'
import { Button, ButtonLink } from '#app/_ui/button.tsx'
import type { AuditQuery } from '#lib/services/audit/show-audit.ts'
import { kindText } from './words.ts'

const control =
  'mt-1 block min-h-11 w-full min-w-0 rounded-lg border border-line-strong bg-surface px-3 py-2 text-base hover:border-ink-2'

/** A plain form: the whole filter is in the address. */
export function AuditFilters({ query, kinds }: { query: AuditQuery; kinds: readonly string[] }) {
  const t = useTranslations('audit')
  const isFiltered = [query.who, query.kind, query.subject, query.from, query.to].some((text) => text !== '')
  return (
    <form method="get" action="/desk/audit" role="search">
      <div className="grid gap-3 sm:grid-cols-2 lg:grid-cols-5">
        <label className="min-w-0 text-sm text-ink-2">
          {t('who')}
          <input
            name="who"
            type="search"
            dir="auto"
            maxLength={200}
            defaultValue={query.who}
            className={control}
          />
        </label>
        <label className="min-w-0 text-sm text-ink-2">
          {t('what')}
          <select name="kind" defaultValue={query.kind} className={control}>
            <option value="">{t('any')}</option>
            {kinds.map((kind) => (
              <option key={kind} value={kind}>
                {kindText(t, kind)}
              </option>
            ))}
          </select>
        </label>
        <label className="min-w-0 text-sm text-ink-2">
          {t('subject')}
          <input
            name="subject"
            type="search"
            dir="auto"
            maxLength={200}
            defaultValue={query.subject}
            className={control}
          />
        </label>
        <label className="min-w-0 text-sm text-ink-2">
          {t('from')}
          <input name="from" type="date" defaultValue={query.from} className={control} />
        </label>
        <label className="min-w-0 text-sm text-ink-2">
          {t('to')}
          <input name="to" type="date" defaultValue={query.to} className={control} />
        </label>
      </div>
      <div className="mt-3 flex flex-wrap gap-3">
        <Button look="secondary">{t('filter')}</Button>
        {isFiltered && (
          <ButtonLink href="/desk/audit" look="quiet">
            {t('reset')}
          </ButtonLink>
        )}
      </div>
    </form>
  )
}

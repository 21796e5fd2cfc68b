import { useTranslations } from 'next-intl'
import { ButtonLink } from '#app/_ui/button.tsx'

/** Older rows by cursor, so that none is shown twice or missed while new ones arrive. The browser's back button leads back. */
export function Pager({
  next,
  isFirst,
  path,
  query = new URLSearchParams(),
}: {
  next: string | null
  isFirst: boolean
  path: string
  /** The filter, kept by both links. */
  query?: URLSearchParams
}) {
  const t = useTranslations('site')
  if (next === null && isFirst) return null
  const first = query.toString()
  const older = new URLSearchParams(query)
  if (next !== null) older.set('cursor', next)
  return (
    <nav aria-label={t('pages')} className="mt-6 flex justify-between gap-4">
      {isFirst ? (
        <span />
      ) : (
        <ButtonLink href={first === '' ? path : `${path}?${first}`} look="secondary">
          {t('newest')}
        </ButtonLink>
      )}
      {next !== null && (
        <ButtonLink href={`${path}?${older.toString()}`} look="secondary">
          {t('older')}
        </ButtonLink>
      )}
    </nav>
  )
}

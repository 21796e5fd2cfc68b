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
  if (next === null && isFirst) return null
  const first = query.toString()
  const older = new URLSearchParams(query)
  if (next !== null) older.set('cursor', next)
  return (
    <nav aria-label="Pages" className="mt-6 flex justify-between gap-4">
      {isFirst ? (
        <span />
      ) : (
        <ButtonLink href={first === '' ? path : `${path}?${first}`} look="secondary">
          Newest
        </ButtonLink>
      )}
      {next !== null && (
        <ButtonLink href={`${path}?${older.toString()}`} look="secondary">
          Older
        </ButtonLink>
      )}
    </nav>
  )
}

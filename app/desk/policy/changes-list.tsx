import type { PolicyChange } from '#lib/payouts/policy-words.ts'

/** What differs, one line each: what it was, crossed out, and what it becomes. */
export function ChangesList({ changes }: { changes: readonly PolicyChange[] }) {
  if (changes.length === 0) return <p className="text-ink-2">Nothing differs.</p>
  return (
    <ul className="divide-y divide-line text-[0.9375rem] leading-6">
      {changes.map(({ currency, name, was, becomes }) => (
        <li key={`${currency ?? ''} ${name}`} className="py-2.5 first:pt-0 last:pb-0">
          <p className="text-sm text-ink-3">
            <span>{currency ?? 'Checks'}</span> · <bdi>{name}</bdi>
            <span>{was === null && ' (new)'}</span>
            <span>{becomes === null && ' (removed)'}</span>
          </p>
          {was !== null && (
            <p className="text-ink-2">
              <span className="sr-only">Was: </span>
              <del>
                <bdi>{was}</bdi>
              </del>
            </p>
          )}
          {becomes !== null && (
            <p>
              <span className="sr-only">Becomes: </span>
              <ins className="no-underline">
                <bdi>{becomes}</bdi>
              </ins>
            </p>
          )}
        </li>
      ))}
    </ul>
  )
}

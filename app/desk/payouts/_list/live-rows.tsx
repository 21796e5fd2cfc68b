'use client'
import { useLocale, useTranslations } from 'next-intl'
import { useEffect, useState } from 'react'
import type { ReactNode } from 'react'
import { useZone } from '#app/_ui/time-zone.tsx'
import { RefreshNow } from '#app/desk/_ui/refresh-now.tsx'
import { clockText } from '#lib/words/times.ts'
import { mergeRows } from './merge-rows.ts'
import type { LiveRow } from './merge-rows.ts'

/** A change is marked for so long. */
const markedMs = 15_000

type Props = { rows: readonly LiveRow<ReactNode>[]; head: ReactNode; label: string; shownAt: string }

/**
 * Follows changes without moving anything: rows keep their places and are marked when they change, rows that have left stay until the next
 * look, and new ones are announced. Without scripts it is the table as it was sent.
 */
export function LiveRows({ rows, head, label, shownAt }: Props) {
  const t = useTranslations('payouts')
  const [given, setGiven] = useState(rows)
  const [held, setHeld] = useState(() => mergeRows([], rows).held)
  const [waiting, setWaiting] = useState(0)
  if (given !== rows) {
    setGiven(rows)
    const merged = mergeRows(held, rows)
    setHeld(merged.held)
    setWaiting(merged.fresh)
  }
  const showAll = () => {
    setHeld(mergeRows([], rows).held)
    setWaiting(0)
  }
  const isMarked = held.some(({ changed }) => changed)
  useEffect(() => {
    if (!isMarked) return
    const timer = setTimeout(() => setHeld((now) => now.map((row) => ({ ...row, changed: false }))), markedMs)
    return () => clearTimeout(timer)
  }, [isMarked, held])
  return (
    <>
      <div className="flex min-h-11 flex-wrap items-center gap-x-4 text-sm text-ink-2">
        <Updated at={shownAt} />
        <span role="status">
          {waiting > 0 && (
            <button type="button" onClick={showAll} className="text-link inline-flex min-h-11 items-center">
              {t('live.new', { n: waiting })}
            </button>
          )}
        </span>
        <RefreshNow shownAt={shownAt} />
      </div>
      <div className="rounded-2xl border border-line bg-surface lg:overflow-x-auto">
        <table role="table" aria-label={label} className="w-full text-[0.9375rem] max-lg:block">
          <thead
            role="rowgroup"
            className="h-11 border-b border-line text-[0.8125rem] text-ink-3 max-lg:hidden"
          >
            {head}
          </thead>
          <tbody role="rowgroup" className="divide-y divide-line max-lg:block">
            {held.map(({ id, cells, changed, gone }) => (
              <tr
                key={id}
                role="row"
                data-row={id}
                className={`relative transition-colors focus-within:bg-sunken hover:bg-sunken max-lg:flex max-lg:flex-wrap max-lg:items-center max-lg:gap-x-3 max-lg:gap-y-1 max-lg:px-4 max-lg:py-3 ${
                  changed ? 'bg-info-soft' : ''
                } ${gone ? 'opacity-60' : ''}`}
                {...(changed && { 'data-changed': '' })}
                {...(gone && { title: t('live.gone') })}
              >
                {cells}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </>
  )
}

/** "Updated 12:03:05", by the reader's clock. */
function Updated({ at }: { at: string }) {
  const [t, locale, zone] = [useTranslations('payouts'), useLocale(), useZone()]
  return (
    <span suppressHydrationWarning className="tabular-nums">
      {t('live.updated', { time: clockText(locale, new Date(at), zone) })}
    </span>
  )
}

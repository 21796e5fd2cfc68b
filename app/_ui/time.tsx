'use client'
import { useLocale, useTranslations } from 'next-intl'
import { shortTimeText, timeText } from '#lib/words/times.ts'
import { ageMs, ageText } from './age.ts'
import { useZone } from './time-zone.tsx'

/**
 * "23 Nov 2026, 15:02 UTC+1": in the person's own zone, which is named. Without scripts it is UTC, unless they chose a zone. Pointing at
 * it shows UTC. `short` leaves out the day if it is today.
 */
export function Time({
  at,
  seconds = false,
  short = false,
}: {
  at: Date | string
  seconds?: boolean
  short?: boolean
}) {
  const [locale, zone] = [useLocale(), useZone()]
  const date = typeof at === 'string' ? new Date(at) : at
  const options = { zone, seconds }
  return (
    <time
      dateTime={date.toISOString()}
      title={timeText(locale, date, { seconds: true })}
      className="whitespace-nowrap"
      suppressHydrationWarning
    >
      {short ? shortTimeText(locale, date, options) : timeText(locale, date, options)}
    </time>
  )
}

/** Short on the page; the title has the exact time. */
export function Age({ at }: { at: Date }) {
  const [t, locale, zone] = [useTranslations('common'), useLocale(), useZone()]
  return (
    <time
      dateTime={at.toISOString()}
      title={timeText(locale, at, { zone, seconds: true })}
      className="whitespace-nowrap"
      suppressHydrationWarning
    >
      {ageText(t, ageMs(at))}
    </time>
  )
}

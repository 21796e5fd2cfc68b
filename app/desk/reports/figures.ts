/** What the charts show, worked out from a report. Pure. */
import { finalStatuses, isFinal, openStatuses } from '#lib/payouts/transitions.ts'
import type { PayoutStatus } from '#lib/payouts/transitions.ts'
import type { CurrencyReport, OpenByDay } from '#lib/services/ports.ts'
import type { Locale } from '#lib/words/locales.ts'

/** How a payout counts: it arrived, it is over without that, or it is under way. */
export const groups = {
  paid: ['paid'],
  unpaid: finalStatuses.filter((status) => status !== 'paid'),
  open: openStatuses,
} as const satisfies Record<string, readonly PayoutStatus[]>
export type Group = keyof typeof groups

export const groupOf = (status: PayoutStatus): Group =>
  status === 'paid' ? 'paid' : isFinal(status) ? 'unpaid' : 'open'

/** What the charts of one currency are drawn from. */
export type Charted = {
  locale: Locale
  currency: string
  /** Null: nothing was asked for in this currency. */
  report: CurrencyReport | null
  openByDay: OpenByDay
  /** The first day of the period and today, YYYY-MM-DD in the zone. */
  first: string
  today: string
  zone: string
}

export type Sum = { count: number; amountMinor: bigint }
export type DayFigures = { day: string } & Record<Group, Sum>

const nothing = (): Sum => ({ count: 0, amountMinor: 0n })

/** Every day from the first to the last (YYYY-MM-DD), also those on which nothing was asked for. */
export function dayFigures(days: CurrencyReport['days'], first: string, last: string): DayFigures[] {
  const byDay = new Map<string, DayFigures>()
  for (let day = first; day <= last; day = dayAfter(day, 1))
    byDay.set(day, { day, paid: nothing(), unpaid: nothing(), open: nothing() })
  for (const { day, status, count, amountMinor } of days) {
    const sum = byDay.get(day)?.[groupOf(status)]
    if (!sum) continue
    sum.count += count
    sum.amountMinor += amountMinor
  }
  return [...byDay.values()]
}

export const countOf = (day: DayFigures): number => day.paid.count + day.unpaid.count + day.open.count

/** Ends that are Cardzo's or the bank's word. What people or time ended says nothing about success. */
export const byCardzo: readonly PayoutStatus[] = ['paid', 'declined', 'filtered', 'failed']

/** Of those that Cardzo ended. */
export function success(days: CurrencyReport['days']): { paid: number; ended: number } {
  const sum = (statuses: readonly PayoutStatus[]) =>
    days.filter(({ status }) => statuses.includes(status)).reduce((total, { count }) => total + count, 0)
  return { paid: sum(['paid']), ended: sum(byCardzo) }
}

/** Days since the request, and the days (YYYY-MM-DD) between which these were asked for. `first` null: any day before. */
export type Age = { from: number; to: number | null; first: string | null; last: string } & Sum

const ageBounds = [
  [0, 0],
  [1, 1],
  [2, 3],
  [4, 7],
  [8, 30],
  [31, null],
] as const

/** In bars by age. Days are compared as text. */
export function ages(open: OpenByDay, currency: string, today: string): Age[] {
  const own = open.filter((one) => one.currency === currency)
  return ageBounds.map(([from, to]) => {
    const last = dayAfter(today, -from)
    const first = to === null ? null : dayAfter(today, -to)
    const those = own.filter(({ day }) => day <= last && (first === null || day >= first))
    return {
      from,
      to,
      first,
      last,
      count: those.reduce((sum, { count }) => sum + count, 0),
      amountMinor: those.reduce((sum, { amountMinor }) => sum + amountMinor, 0n),
    }
  })
}

export function dayAfter(day: string, days: number): string {
  const date = new Date(`${day}T00:00:00Z`)
  date.setUTCDate(date.getUTCDate() + days)
  return date.toISOString().slice(0, 10)
}

/** The day in a zone. */
export const dayIn = (zone: string, at: Date): string =>
  new Intl.DateTimeFormat('en-CA', {
    timeZone: zone,
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
  }).format(at)

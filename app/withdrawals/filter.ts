/** What the receiver's own list shows, as its address says it. What can't be read is ignored. */
import { dayAfter, isDay, startOfDay } from '#lib/payouts/day-in-zone.ts'
import { finalStatuses, openStatuses } from '#lib/payouts/transitions.ts'
import type { PayoutStatus } from '#lib/payouts/transitions.ts'

export const groups = ['all', 'open', 'paid', 'unpaid'] as const
export type Group = (typeof groups)[number]

/** Texts are empty where nothing is asked for. */
export type Filter = {
  show: Group
  /** Days, both included: "2026-11-23". */
  from: string
  to: string
  search: string
}

export function readFilter(query: Readonly<Record<string, string | string[] | undefined>>): Filter {
  const text = (name: string) => {
    const value = query[name]
    return (typeof value === 'string' ? value : '')
      .replaceAll(/\p{Cc}/gu, '')
      .trim()
      .slice(0, 200)
  }
  const day = (name: string) => (isDay(text(name)) ? text(name) : '')
  return {
    show: groups.find((group) => group === text('show')) ?? 'all',
    from: day('from'),
    to: day('to'),
    search: text('search'),
  }
}

/** The parts that ask for something, for an address. */
export function filterTexts({ show, ...texts }: Filter): Record<string, string> {
  const given = Object.entries({ show: show === 'all' ? '' : show, ...texts })
  return Object.fromEntries(given.filter(([, text]) => text !== ''))
}

/** As the list of payouts takes it; days are those of `zone`. */
export function toOwnFilter({ show, from, to, search }: Filter, zone: string) {
  return {
    ...(show !== 'all' && { statuses: statusesOf[show] }),
    ...(from !== '' && { createdFrom: startOfDay(from, zone) }),
    ...(to !== '' && { createdBefore: startOfDay(dayAfter(to, 1), zone) }),
    ...(search !== '' && { search }),
  }
}

const statusesOf: Record<Exclude<Group, 'all'>, readonly PayoutStatus[]> = {
  open: openStatuses,
  paid: ['paid'],
  unpaid: finalStatuses.filter((status) => status !== 'paid'),
}

import { openStatuses, payoutStatuses } from '#lib/payouts/transitions.ts'
import type { PayoutStatus } from '#lib/payouts/transitions.ts'

export type Filter = { statuses: PayoutStatus[]; search: string }

type Query = Record<string, string | string[] | undefined>

/** The filter in the address; unknown words are ignored. */
export function readFilter(query: Query): Filter {
  const given = [query['status'] ?? []].flat()
  const search = [query['search'] ?? ''].flat()[0] ?? ''
  return {
    statuses: payoutStatuses.filter((status) => given.includes(status)),
    // Longer than any id or name. No stored text contains control characters.
    search: search
      .replaceAll(/\p{Cc}/gu, '')
      .trim()
      .slice(0, 200),
  }
}

/** The filter as a query; the list, its pages and the download share it. */
export function writeFilter({ statuses, search }: Filter): URLSearchParams {
  const query = new URLSearchParams()
  for (const status of statuses) query.append('status', status)
  if (search !== '') query.set('search', search)
  return query
}

export const pathOf = (filter: Filter) => {
  const query = writeFilter(filter).toString()
  return query === '' ? '/desk/payouts' : `/desk/payouts?${query}`
}

/** The usual questions; each is a link. */
export const views = [
  { label: 'All', statuses: [] },
  { label: 'Awaiting approval', statuses: ['awaiting_approval'] },
  { label: 'Outcome unknown', statuses: ['outcome_unknown'] },
  { label: 'In progress', statuses: openStatuses },
  { label: 'Paid', statuses: ['paid'] },
  { label: 'Not paid', statuses: ['declined', 'filtered', 'failed', 'rejected', 'cancelled', 'expired'] },
] as const satisfies readonly { label: string; statuses: readonly PayoutStatus[] }[]

export function isView(filter: Filter, statuses: readonly PayoutStatus[]): boolean {
  return (
    filter.statuses.length === statuses.length && statuses.every((status) => filter.statuses.includes(status))
  )
}

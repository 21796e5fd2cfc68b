/** The list that a payout was opened from travels in its address: `list` is the query of that page of the list. */
import { isUuid } from '#lib/payouts/uuid.ts'

/** What follows a decision: the list's query, and the next payout in it; '' where there is none. */
export type Onward = { list: string; next: string }

/** Longer than any filter. */
const maxCharacters = 1_500

/** From `list` of an address; null: the payout was opened from elsewhere. */
export function readList(list: string | string[] | undefined): URLSearchParams | null {
  return typeof list !== 'string' || list.length > maxCharacters ? null : new URLSearchParams(list)
}

/** In the form in which pages read the query of an address. */
export const asQuery = (list: URLSearchParams): Record<string, string[]> =>
  Object.fromEntries([...new Set(list.keys())].map((name) => [name, list.getAll(name)]))

/** The list's own address. */
export const listPath = (list: URLSearchParams): string =>
  list.size === 0 ? '/desk/payouts' : `/desk/payouts?${list.toString()}`

export function payoutPath(
  id: string,
  list: URLSearchParams | null,
  more: Record<string, string> = {},
): string {
  const query = new URLSearchParams({ ...more, ...(list && { list: list.toString() }) }).toString()
  return query === '' ? `/desk/payouts/${id}` : `/desk/payouts/${id}?${query}`
}

/** On to the next payout of the list, which shows what became of this one; else back to this one. */
export function afterDecision(
  { list, next = '' }: Record<string, string>,
  id: string,
  done: 'approved' | 'rejected',
): string {
  const came = list === undefined || list === '' ? null : readList(list)
  return isUuid(next) ? payoutPath(next, came, { decided: id }) : payoutPath(id, came, { done })
}

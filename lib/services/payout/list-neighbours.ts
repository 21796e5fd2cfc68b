import { may } from '#lib/payouts/permissions.ts'
import type { Actor } from '#lib/payouts/permissions.ts'
import { refuse } from '#lib/payouts/refusals.ts'
import type { Refusal } from '#lib/payouts/refusals.ts'
import type { Deps, PayoutSort } from '#lib/services/ports.ts'
import { filterFor, isPageOf } from './list-payouts.ts'
import type { DeskFilter } from './list-payouts.ts'

const pageSize = 50

export type Neighbours = { previous: string | null; next: string | null }

/**
 * The payouts before and after this one on the page of the desk's list that it was opened from; after the last one comes the first of the
 * next page. Both null when it is no longer on that page.
 */
export async function listNeighbours(
  deps: Deps,
  actor: Actor,
  { id, cursor, sort = 'newest', ...input }: DeskFilter & { id: string; sort?: PayoutSort; cursor?: string },
): Promise<({ ok: true } & Neighbours) | Refusal<'forbidden'>> {
  if (!may(actor, 'payout.see_all')) return refuse('forbidden')
  const filter = await filterFor(deps, actor, input)
  if (!isPageOf(filter, sort, cursor)) return { ok: true, previous: null, next: null }
  const page = await deps.payouts.list(filter, { limit: pageSize, cursor, sort })
  const at = page.rows.findIndex((row) => row.id === id)
  if (at === -1) return { ok: true, previous: null, next: null }
  const previous = page.rows[at - 1]?.id ?? null
  const onPage = page.rows[at + 1]?.id
  if (onPage !== undefined || page.nextCursor === null) return { ok: true, previous, next: onPage ?? null }
  const after = await deps.payouts.list(filter, { limit: 1, cursor: page.nextCursor, sort })
  return { ok: true, previous, next: after.rows[0]?.id ?? null }
}

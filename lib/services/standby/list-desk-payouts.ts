/** The desk's list of payouts and its files: for people to look at, so a standby will do. What they then decide is judged on the primary. */
import { may } from '#lib/payouts/permissions.ts'
import type { Actor } from '#lib/payouts/permissions.ts'
import { refuse } from '#lib/payouts/refusals.ts'
import type { Refusal } from '#lib/payouts/refusals.ts'
import { badCursor, filterFor, isCursorOf, sortsByAmount } from '#lib/services/payout/list-payouts.ts'
import type { DeskFilter } from '#lib/services/payout/list-payouts.ts'
import { isSearched } from '#lib/services/payout/searched.ts'
import type { Deps, Payout, PayoutSort, PayoutSum } from '#lib/services/ports.ts'
import { fromPrimary } from './ports.ts'
import type { OpenReads, Reads } from './ports.ts'

type World = Pick<Deps, 'payouts' | 'reports' | 'approvals'>

/** Newest first unless sorted otherwise, for the desk, with the sums of the whole filter: null when that may be too much to add up. */
export async function listDeskPayouts(
  deps: World,
  actor: Actor,
  { sort, cursor, limit = 50, ...input }: DeskFilter & { sort?: PayoutSort; cursor?: string; limit?: number },
  open: OpenReads = fromPrimary(deps),
): Promise<
  | {
      ok: true
      rows: Payout[]
      nextCursor: string | null
      sums: PayoutSum[] | null
      asOf: Reads['asOf']
    }
  | Refusal<'forbidden' | 'invalid_request'>
> {
  if (!may(actor, 'payout.see_all')) return refuse('forbidden')
  if (cursor !== undefined && !isCursorOf(sort, cursor)) return badCursor()
  const filter = await filterFor(deps, actor, input)
  if (filter.currency === undefined && sortsByAmount(sort))
    return refuse('invalid_request', {
      errors: [{ path: 'currency', said: { code: 'oneCurrency' } }],
    })
  const { stores, asOf } = await open({ search: isSearched(filter, sort) })
  const [page, sums] = await Promise.all([
    stores.payouts.list(filter, { limit, cursor, ...(sort && { sort }) }),
    stores.payouts.sums(filter),
  ])
  return { ok: true, rows: page.rows, nextCursor: page.nextCursor, sums, asOf }
}

/** A longer list is made into a file by a worker. */
export const sentAtOnce = 5_000

/**
 * The filtered list page by page, so that a file never holds all of it. Audited before the first row leaves. `long`: more rows than are
 * sent at once, or too many to know.
 */
export async function exportDeskPayouts(
  deps: World & Pick<Deps, 'people'>,
  actor: Actor,
  {
    sort,
    columns,
    format,
    ...input
  }: DeskFilter & { sort?: PayoutSort; columns: readonly string[]; format: string },
  open: OpenReads = fromPrimary(deps),
): Promise<
  | { ok: true; long: true }
  | { ok: true; long: false; pages: AsyncIterable<Payout[]>; asOf: Reads['asOf'] }
  | Refusal<'forbidden'>
> {
  if (!may(actor, 'payout.see_all')) return refuse('forbidden')
  const filter = await filterFor(deps, actor, input)
  const { stores, asOf } = await open({ search: isSearched(filter, sort) })
  const sums = await stores.payouts.sums(filter)
  if (sums === null || sums.reduce((all, { count }) => all + count, 0) > sentAtOnce)
    return { ok: true, long: true }
  await deps.people.audit('payouts_exported', actor, null, { ...filter, format, columns })
  async function* pages() {
    let cursor: string | undefined
    do {
      const page = await stores.payouts.list(filter, { limit: 500, cursor, ...(sort && { sort }) })
      yield page.rows
      cursor = page.nextCursor ?? undefined
    } while (cursor !== undefined)
  }
  return { ok: true, long: false, pages: pages(), asOf }
}

import type { PayoutView } from '#lib/contract/payout.ts'
import { may } from '#lib/payouts/permissions.ts'
import type { Actor } from '#lib/payouts/permissions.ts'
import { refuse } from '#lib/payouts/refusals.ts'
import type { Refusal } from '#lib/payouts/refusals.ts'
import { tidyId, tidyLine } from '#lib/payouts/text.ts'
import { isBeforeClaim } from '#lib/payouts/transitions.ts'
import type { PayoutStatus } from '#lib/payouts/transitions.ts'
import type { Deps, Payout, PayoutFilter, PayoutSort, PayoutSum } from '#lib/services/ports.ts'
import { bookFor, receiverReason } from './failure-words.ts'
import type { Locale } from '#lib/words/locales.ts'
import { statusPathOf } from './links.ts'
import { payoutView } from './payout-view.ts'

/** A cursor is the creation number of the last row seen. */
const cursorPattern = /^\d{1,18}$/

const badCursor = () =>
  refuse('invalid_request', {
    errors: [{ path: 'cursor', message: 'Use the nextCursor of the page before.' }],
  })

/** Newest first, for other systems: the payouts that the key reaches. `limit` 1-100, default 50. */
export async function listPayouts(
  deps: Deps,
  actor: Actor,
  input: { statuses?: PayoutStatus[]; receiver?: string; limit?: number; cursor?: string },
): Promise<
  { ok: true; data: PayoutView[]; nextCursor: string | null } | Refusal<'forbidden' | 'invalid_request'>
> {
  if (!may(actor, 'payout.see_all')) return refuse('forbidden')
  if (input.cursor !== undefined && !cursorPattern.test(input.cursor)) return badCursor()
  const page = await deps.payouts.listForApi(
    {
      ...(input.statuses && { statuses: input.statuses }),
      ...(input.receiver !== undefined && { receiverExternalId: tidyId(input.receiver) }),
      ...(actor.kind === 'api_key' && actor.ownerId !== null && { apiKeyOwnerId: actor.ownerId }),
    },
    { limit: input.limit ?? 50, cursor: input.cursor },
  )
  const book = await bookFor(deps, ...page.rows)
  const data = page.rows.map((row) => payoutView(deps.config, row, book))
  return { ok: true, data, nextCursor: page.nextCursor }
}

/** What the desk's list can be narrowed down to. Empty lists and texts ask for nothing. */
export type DeskFilter = Omit<PayoutFilter, 'receiverId' | 'apiKeyOwnerId'>

/** A place in a list sorted by something else than the number: the key of the last row seen, and its number. */
const keyedCursorPattern = /^\d{1,18}\.\d{1,18}$/

/** Only what asks for something. */
export function tidyFilter(input: DeskFilter): PayoutFilter {
  const { statuses, sources, risks, search, bank, receiverExternalId, ...rest } = input
  const given = {
    ...rest,
    ...(statuses && statuses.length > 0 && { statuses }),
    ...(sources && sources.length > 0 && { sources }),
    ...(risks && risks.length > 0 && { risks }),
  }
  const texts = {
    search: tidyLine(search ?? ''),
    bank: tidyLine(bank ?? ''),
    receiverExternalId: tidyId(receiverExternalId ?? ''),
  }
  const kept = Object.entries(texts).filter(([, text]) => text !== '')
  return { ...given, ...Object.fromEntries(kept) }
}

const sortsByAmount = (sort: PayoutSort | undefined) => sort === 'largest' || sort === 'smallest'

/** Is there such a page of the list: a place of this sort, and amounts sorted within one currency only? */
export function isPageOf(
  filter: PayoutFilter,
  sort: PayoutSort | undefined,
  cursor: string | undefined,
): boolean {
  const pattern =
    sort === undefined || sort === 'newest' || sort === 'oldest' ? cursorPattern : keyedCursorPattern
  if (filter.currency === undefined && sortsByAmount(sort)) return false
  return cursor === undefined || pattern.test(cursor)
}

/** Newest first unless sorted otherwise, for the desk, with the sums of the whole filter: null when that may be too much to add up. */
export async function listDeskPayouts(
  deps: Pick<Deps, 'payouts'>,
  actor: Actor,
  { sort, cursor, limit = 50, ...input }: DeskFilter & { sort?: PayoutSort; cursor?: string; limit?: number },
): Promise<
  | {
      ok: true
      rows: Payout[]
      nextCursor: string | null
      sums: PayoutSum[] | null
    }
  | Refusal<'forbidden' | 'invalid_request'>
> {
  if (!may(actor, 'payout.see_all')) return refuse('forbidden')
  const pattern =
    sort === undefined || sort === 'newest' || sort === 'oldest' ? cursorPattern : keyedCursorPattern
  if (cursor !== undefined && !pattern.test(cursor)) return badCursor()
  const filter = tidyFilter(input)
  if (filter.currency === undefined && sortsByAmount(sort))
    return refuse('invalid_request', {
      errors: [{ path: 'currency', said: { code: 'oneCurrency' } }],
    })
  const [page, sums] = await Promise.all([
    deps.payouts.list(filter, { limit, cursor, ...(sort && { sort }) }),
    deps.payouts.sums(filter),
  ])
  return { ok: true, rows: page.rows, nextCursor: page.nextCursor, sums }
}

/** A longer list is made into a file by a worker. */
export const sentAtOnce = 5_000

/**
 * The filtered list page by page, so that a file never holds all of it. Audited before the first row leaves. `long`: more rows than are
 * sent at once, or too many to know.
 */
export async function exportDeskPayouts(
  deps: Pick<Deps, 'payouts' | 'people'>,
  actor: Actor,
  {
    sort,
    columns,
    format,
    ...input
  }: DeskFilter & { sort?: PayoutSort; columns: readonly string[]; format: string },
): Promise<
  { ok: true; long: true } | { ok: true; long: false; pages: AsyncIterable<Payout[]> } | Refusal<'forbidden'>
> {
  if (!may(actor, 'payout.see_all')) return refuse('forbidden')
  const filter = tidyFilter(input)
  const sums = await deps.payouts.sums(filter)
  if (sums === null || sums.reduce((all, { count }) => all + count, 0) > sentAtOnce)
    return { ok: true, long: true }
  await deps.people.audit('payouts_exported', actor, null, { ...filter, format, columns })
  async function* pages() {
    let cursor: string | undefined
    do {
      const page = await deps.payouts.list(filter, { limit: 500, cursor, ...(sort && { sort }) })
      yield page.rows
      cursor = page.nextCursor ?? undefined
    } while (cursor !== undefined)
  }
  return { ok: true, long: false, pages: pages() }
}

/** What receivers can narrow their own list down to. */
type OwnFilter = Pick<PayoutFilter, 'statuses' | 'createdFrom' | 'createdBefore' | 'search'>

/** A receiver's own history, newest first. `locale`: of the reasons why some were not paid. */
export async function listOwnPayouts(
  deps: Deps,
  actor: Actor,
  { cursor, locale = 'en', ...filter }: OwnFilter & { cursor?: string; locale?: Locale },
): Promise<
  | {
      ok: true
      rows: { payout: Payout; statusPath: string | null; canCancel: boolean; reason: string | null }[]
      nextCursor: string | null
    }
  | Refusal<'forbidden' | 'invalid_request'>
> {
  if (actor.kind !== 'user' || !may(actor, 'payout.see_own') || actor.receiverId === null)
    return refuse('forbidden')
  if (cursor !== undefined && !cursorPattern.test(cursor)) return badCursor()
  const page = await deps.payouts.list(
    { ...tidyFilter(filter), receiverId: actor.receiverId },
    { limit: 20, cursor },
  )
  const book = await bookFor(deps, ...page.rows)
  return {
    ok: true,
    rows: page.rows.map((payout) => ({
      payout,
      statusPath: statusPathOf(deps.config, payout),
      canCancel: isBeforeClaim(payout.status),
      reason: receiverReason(payout, book, locale),
    })),
    nextCursor: page.nextCursor,
  }
}

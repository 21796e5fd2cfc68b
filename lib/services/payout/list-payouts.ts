import type { PayoutView } from '#lib/contract/payout.ts'
import { may } from '#lib/payouts/permissions.ts'
import type { Actor } from '#lib/payouts/permissions.ts'
import { refuse } from '#lib/payouts/refusals.ts'
import type { Refusal } from '#lib/payouts/refusals.ts'
import { tidyId, tidyLine } from '#lib/payouts/text.ts'
import { isBeforeClaim } from '#lib/payouts/transitions.ts'
import type { PayoutStatus } from '#lib/payouts/transitions.ts'
import { readCursor, writeCursor } from '#lib/services/api/cursor.ts'
import type { Deps, Payout, PayoutFilter, PayoutSort } from '#lib/services/ports.ts'
import { bookFor, receiverReason } from './failure-words.ts'
import type { Locale } from '#lib/words/locales.ts'
import { statusPathOf } from './links.ts'
import { payoutView } from './payout-view.ts'

/** A cursor is the creation number of the last row seen. */
const cursorPattern = /^\d{1,18}$/

export const badCursor = () =>
  refuse('invalid_request', {
    errors: [{ path: 'cursor', message: 'Use the nextCursor of the page before.' }],
  })

/**
 * Newest first, for other systems: the payouts that the key reaches. `limit` 1-100, default 50. With a currency or days a page may be short
 * and have a next one all the same.
 */
export async function listPayouts(
  deps: Deps,
  actor: Actor,
  input: {
    statuses?: readonly PayoutStatus[] | undefined
    receiver?: string | undefined
    currency?: string | undefined
    /** The number of the endpoint they go to. */
    endpoint?: number | undefined
    /** Made from this moment on, and before that one. */
    from?: Date | undefined
    to?: Date | undefined
    limit?: number | undefined
    cursor?: string | undefined
  },
): Promise<
  { ok: true; data: PayoutView[]; nextCursor: string | null } | Refusal<'forbidden' | 'invalid_request'>
> {
  if (!may(actor, 'payout.see_all')) return refuse('forbidden')
  const { statuses, receiver, currency, endpoint, from, to } = input
  // What the API always had has a statement of its own, which runs far more often.
  const often = {
    ...(statuses && statuses.length > 0 && { statuses: [...new Set(statuses)].sort() }),
    ...(receiver !== undefined && { receiverExternalId: tidyId(receiver) }),
    ...(actor.kind === 'api_key' && actor.ownerId !== null && { apiKeyOwnerId: actor.ownerId }),
  }
  const seldom = {
    ...(currency !== undefined && { currency }),
    ...(endpoint !== undefined && { endpointId: endpoint }),
    ...(from && { createdFrom: from }),
    ...(to && { createdBefore: to }),
  }
  const list = { name: 'payouts', filter: { ...often, ...seldom } }
  const start = readCursor(deps.config, list, input.cursor)
  if (!start.ok) return start
  const range = { limit: input.limit ?? 50, cursor: start.place }
  const page =
    Object.keys(seldom).length > 0
      ? await deps.payouts.list({ ...often, ...seldom }, range)
      : await deps.payouts.listForApi(often, range)
  const book = await bookFor(deps, ...page.rows)
  const data = page.rows.map((row) => payoutView(deps.config, row, book))
  return { ok: true, data, nextCursor: writeCursor(deps.config, list, page.nextCursor) }
}

/** What the desk's list can be narrowed down to. Empty lists and texts ask for nothing. */
export type DeskFilter = Omit<PayoutFilter, 'receiverId' | 'apiKeyOwnerId'> & {
  /** Only what needs the person who looks: what they could approve now, and what they have taken on. */
  needsMe?: true
}

/** A place in a list sorted by something else than the number: the key of the last row seen, and its number. */
const keyedCursorPattern = /^\d{1,18}\.\d{1,18}$/

/** What the list looks for, for this person. */
export async function filterFor(
  deps: Pick<Deps, 'approvals'>,
  actor: Actor,
  { needsMe, ...input }: DeskFilter,
): Promise<PayoutFilter> {
  const filter = tidyFilter(input)
  if (!needsMe || actor.kind !== 'user') return filter
  const ids = await deps.approvals.needing({ userId: actor.id, decides: may(actor, 'payout.decide') })
  return { ...filter, ids }
}

/** Only what asks for something. */
export function tidyFilter(input: Omit<DeskFilter, 'needsMe'>): PayoutFilter {
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

export const sortsByAmount = (sort: PayoutSort | undefined) => sort === 'largest' || sort === 'smallest'

/** Is this a place in a list of this sort? */
export const isCursorOf = (sort: PayoutSort | undefined, cursor: string): boolean =>
  (sort === undefined || sort === 'newest' || sort === 'oldest' ? cursorPattern : keyedCursorPattern).test(
    cursor,
  )

/** Is there such a page of the list: a place of this sort, and amounts sorted within one currency only? */
export function isPageOf(
  filter: PayoutFilter,
  sort: PayoutSort | undefined,
  cursor: string | undefined,
): boolean {
  if (filter.currency === undefined && sortsByAmount(sort)) return false
  return cursor === undefined || isCursorOf(sort, cursor)
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

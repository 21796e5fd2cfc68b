import type { PayoutView } from '#lib/contract/payout.ts'
import { may } from '#lib/payouts/permissions.ts'
import type { Actor } from '#lib/payouts/permissions.ts'
import { refuse } from '#lib/payouts/refusals.ts'
import type { Refusal } from '#lib/payouts/refusals.ts'
import { tidyId, tidyLine } from '#lib/payouts/text.ts'
import { isBeforeClaim } from '#lib/payouts/transitions.ts'
import type { PayoutStatus } from '#lib/payouts/transitions.ts'
import type { Deps, Payout, PayoutFilter, PayoutSum } from '#lib/services/ports.ts'
import { statusPathOf } from './links.ts'
import { payoutView } from './payout-view.ts'

/** A cursor is the creation number of the last row seen. */
const cursorPattern = /^\d{1,18}$/
export const isListCursor = (cursor: string): boolean => cursorPattern.test(cursor)

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
  return { ok: true, data: page.rows.map((row) => payoutView(deps.config, row)), nextCursor: page.nextCursor }
}

export type DeskFilter = { statuses?: PayoutStatus[]; search?: string }

/** Only what asks for something. */
export const tidyFilter = (input: DeskFilter): PayoutFilter => ({
  ...(input.statuses && input.statuses.length > 0 && { statuses: input.statuses }),
  ...(tidyLine(input.search ?? '') !== '' && { search: tidyLine(input.search ?? '') }),
})

/** Newest first, for the desk, with the sums of the whole filter: null when a search finds too much to add up. */
export async function listDeskPayouts(
  deps: Deps,
  actor: Actor,
  input: DeskFilter & { cursor?: string; limit?: number },
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
  if (input.cursor !== undefined && !cursorPattern.test(input.cursor)) return badCursor()
  const filter = tidyFilter(input)
  const [page, sums] = await Promise.all([
    deps.payouts.list(filter, { limit: input.limit ?? 50, cursor: input.cursor }),
    filter.search === undefined
      ? deps.payouts.sums(filter.statuses)
      : deps.payouts.sumsOfSearch(filter.search, filter.statuses),
  ])
  return { ok: true, rows: page.rows, nextCursor: page.nextCursor, sums }
}

/** The filtered list page by page, so that an export never holds all of it. Audited before the first row leaves. */
export async function exportDeskPayouts(
  deps: Deps,
  actor: Actor,
  input: DeskFilter,
): Promise<{ ok: true; pages: AsyncIterable<Payout[]> } | Refusal<'forbidden'>> {
  if (!may(actor, 'payout.see_all')) return refuse('forbidden')
  await deps.people.audit('payouts_exported', actor, null, { ...tidyFilter(input) })
  async function* pages() {
    let cursor: string | undefined
    do {
      const page = await deps.payouts.list(tidyFilter(input), { limit: 500, cursor })
      yield page.rows
      cursor = page.nextCursor ?? undefined
    } while (cursor !== undefined)
  }
  return { ok: true, pages: pages() }
}

/** A receiver's own history. */
export async function listOwnPayouts(
  deps: Deps,
  actor: Actor,
  input: { cursor?: string },
): Promise<
  | {
      ok: true
      rows: { payout: Payout; statusPath: string | null; canCancel: boolean }[]
      nextCursor: string | null
    }
  | Refusal<'forbidden' | 'invalid_request'>
> {
  if (actor.kind !== 'user' || !may(actor, 'payout.see_own') || actor.receiverId === null)
    return refuse('forbidden')
  if (input.cursor !== undefined && !cursorPattern.test(input.cursor)) return badCursor()
  const page = await deps.payouts.list({ receiverId: actor.receiverId }, { limit: 20, cursor: input.cursor })
  return {
    ok: true,
    rows: page.rows.map((payout) => ({
      payout,
      statusPath: statusPathOf(deps.config, payout),
      canCancel: isBeforeClaim(payout.status),
    })),
    nextCursor: page.nextCursor,
  }
}

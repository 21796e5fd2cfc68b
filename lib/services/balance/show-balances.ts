import type { GrantView, ReceiverBalances } from '#lib/contract/grant.ts'
import { may } from '#lib/payouts/permissions.ts'
import type { Actor } from '#lib/payouts/permissions.ts'
import { refuse } from '#lib/payouts/refusals.ts'
import type { Refusal } from '#lib/payouts/refusals.ts'
import { tidyLine } from '#lib/payouts/text.ts'
import { isUuid } from '#lib/payouts/uuid.ts'
import { pageByTime } from '#lib/services/api/cursor.ts'
import type { Balance, Deps, Grant, LedgerTransfer, Receiver } from '#lib/services/ports.ts'
import { balanceView, grantView } from './grant-view.ts'

const searchMax = 200
const receiversShown = 50
const grantsShown = 100
const transfersShown = 100

/** Receivers and their balances, found by external id, name or e-mail. */
export async function searchBalances(
  deps: Deps,
  actor: Actor,
  input: { search: string },
): Promise<
  { ok: true; receivers: (Receiver & { balances: Balance[] })[]; isCut: boolean } | Refusal<'forbidden'>
> {
  if (!may(actor, 'balance.see_all')) return refuse('forbidden')
  const search = tidyLine(input.search.replaceAll(/\p{Cc}/gu, '')).slice(0, searchMax)
  const found = await deps.ledger.searchBalances(search, receiversShown + 1)
  return { ok: true, receivers: found.slice(0, receiversShown), isCut: found.length > receiversShown }
}

/** One receiver's balances with every movement and grant behind them, for the desk. */
export async function showReceiverBalances(
  deps: Deps,
  actor: Actor,
  input: { receiverId: string },
): Promise<
  | { ok: true; receiver: Receiver; balances: Balance[]; grants: Grant[]; transfers: LedgerTransfer[] }
  | Refusal<'forbidden' | 'not_found'>
> {
  if (!may(actor, 'balance.see_all')) return refuse('forbidden')
  const { receiverId } = input
  const receiver = isUuid(receiverId) ? await deps.people.findReceiver(receiverId) : null
  if (!receiver) return refuse('not_found')
  const [balances, grants, transfers] = await Promise.all([
    deps.ledger.balances(receiver.id),
    deps.ledger.grants({ receiverId: receiver.id }, grantsShown),
    deps.ledger.transfers(receiver.id, transfersShown),
  ])
  return { ok: true, receiver, balances, grants, transfers }
}

/** One receiver's balances, for other systems; by external id. */
export async function showBalancesOf(
  deps: Deps,
  actor: Actor,
  input: { externalId: string },
): Promise<({ ok: true } & ReceiverBalances) | Refusal<'forbidden' | 'not_found'>> {
  if (!may(actor, 'balance.see_all')) return refuse('forbidden')
  const [receiver] = await deps.ledger.receivers([input.externalId])
  if (!receiver) return refuse('not_found')
  const balances = await deps.ledger.balances(receiver.id)
  const { id, externalId } = receiver
  return { ok: true, receiver: { id, externalId }, balances: balances.map(balanceView) }
}

/** Grants, newest first, for other systems; of one receiver if the request names one. `limit` 1-100, default 100. */
export async function listGrants(
  deps: Deps,
  actor: Actor,
  {
    receiver,
    limit = grantsShown,
    cursor,
  }: { receiver?: string | undefined; limit?: number | undefined; cursor?: string | undefined },
): Promise<
  { ok: true; data: GrantView[]; nextCursor: string | null } | Refusal<'forbidden' | 'invalid_request'>
> {
  if (!may(actor, 'balance.see_all')) return refuse('forbidden')
  const [known] = receiver === undefined ? [] : await deps.ledger.receivers([receiver])
  const isOfNobody = receiver !== undefined && !known
  const list = { name: 'grants', filter: { receiver: receiver ?? null } }
  const page = await pageByTime(deps.config, list, { limit, cursor }, (asked) =>
    isOfNobody
      ? Promise.resolve([])
      : deps.ledger.grants({ ...(known && { receiverId: known.id }), after: asked.after }, asked.limit),
  )
  if (!page.ok) return page
  return { ok: true, data: page.rows.map(grantView), nextCursor: page.nextCursor }
}

/** One grant, for other systems. */
export async function showGrant(
  deps: Deps,
  actor: Actor,
  input: { id: string },
): Promise<{ ok: true; grant: GrantView } | Refusal<'forbidden' | 'not_found'>> {
  if (!may(actor, 'balance.see_all')) return refuse('forbidden')
  const grant = isUuid(input.id) ? await deps.ledger.findGrant({ id: input.id }) : null
  return grant ? { ok: true, grant: grantView(grant) } : refuse('not_found')
}

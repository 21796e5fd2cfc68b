import { may } from '#lib/payouts/permissions.ts'
import type { Actor } from '#lib/payouts/permissions.ts'
import { refuse } from '#lib/payouts/refusals.ts'
import type { Refusal } from '#lib/payouts/refusals.ts'
import { isUuid } from '#lib/payouts/uuid.ts'
import { limitsOf } from '#lib/services/balance/show-balance.ts'
import type { OwnLimit } from '#lib/services/balance/show-balance.ts'
import { shownDestination } from '#lib/services/destination/list-destinations.ts'
import type { ShownDestination } from '#lib/services/destination/list-destinations.ts'
import type { Balance, Deps, Note, Payout, Receiver, ReceiverUse } from '#lib/services/ports.ts'

const payoutsShown = 25
const notesShown = 20

export type LimitLeft = OwnLimit & { dayLeftMinor: bigint | null; monthLeftMinor: bigint | null }

export type DeskReceiver = {
  receiver: Receiver
  balances: Balance[]
  /** Saved destinations, the default first; removed ones too, because payouts went there. */
  destinations: (ShownDestination & { removedAt: Date | null; createdAt: Date })[]
  /** Newest first, a page. */
  payouts: Payout[]
  nextCursor: string | null
  /** The latest notes on the payouts of this page, newest first. */
  notes: Note[]
  /** What the policy allows one receiver, and what is left of it today and this month (UTC). Minor units; null: no limit. */
  limits: LimitLeft[]
}

/** Everything the desk knows of one receiver. `cursor`: the creation number of the last payout seen. */
export async function showDeskReceiver(
  deps: Deps,
  actor: Actor,
  input: { id: string; cursor?: string },
): Promise<({ ok: true } & DeskReceiver) | Refusal<'forbidden' | 'not_found'>> {
  if (actor.kind !== 'user' || !may(actor, 'payout.see_all') || !may(actor, 'balance.see_all'))
    return refuse('forbidden')
  const receiver = isUuid(input.id) ? await deps.people.findReceiver(input.id) : null
  if (!receiver) return refuse('not_found')
  const receiverId = receiver.id
  const cursor = /^\d{1,18}$/.test(input.cursor ?? '') ? input.cursor : undefined
  const [balances, destinations, page, limits, used] = await Promise.all([
    deps.ledger.balances(receiverId),
    deps.destinations.ofReceiver(receiverId, { removedToo: true }),
    deps.payouts.list({ receiverId }, { limit: payoutsShown, cursor }),
    limitsOf(deps),
    deps.payouts.usedByReceiver(receiverId),
  ])
  return {
    ok: true,
    receiver,
    balances,
    destinations: destinations.map((one) => ({
      ...shownDestination(one),
      removedAt: one.removedAt,
      createdAt: one.createdAt,
    })),
    payouts: page.rows,
    nextCursor: page.nextCursor,
    notes: await deps.notes.forPayouts(
      page.rows.map(({ id }) => id),
      notesShown,
    ),
    limits: limits.map((limit) => withLeft(limit, used)),
  }
}

function withLeft(limit: OwnLimit, used: readonly ReceiverUse[]): LimitLeft {
  const { dayMinor, monthMinor } = used.find(({ currency }) => currency === limit.currency) ?? {
    dayMinor: 0n,
    monthMinor: 0n,
  }
  const left = (most: bigint | null, taken: bigint) =>
    most === null ? null : most > taken ? most - taken : 0n
  return {
    ...limit,
    dayLeftMinor: left(limit.dayMinor, dayMinor),
    monthLeftMinor: left(limit.monthMinor, monthMinor),
  }
}

import { may } from '#lib/payouts/permissions.ts'
import type { Actor } from '#lib/payouts/permissions.ts'
import { refuse } from '#lib/payouts/refusals.ts'
import type { Refusal } from '#lib/payouts/refusals.ts'
import { isUuid } from '#lib/payouts/uuid.ts'
import type {
  ChangedPayout,
  Deps,
  InboxCallback,
  InboxView,
  MissedDay,
  Payout,
  RefusedCallback,
} from '#lib/services/ports.ts'

const pageSize = 50
/** Days of the meter, and the most payouts that it looks at. */
const missedDays = 14
const missedLookAt = 10_000
/** Of one day, as many payouts without a callback as a person reads. */
const missedShown = 100

type Page = { nextCursor: string | null }

/** A cursor names the last row of a page: its time in milliseconds and its id. Null: the first page; undefined: it is none of ours. */
function readCursor(cursor: string | undefined): { at: Date; id: string } | null | undefined {
  if (cursor === undefined) return null
  const [, ms, id = ''] = /^(\d{1,14})_(.{36})$/.exec(cursor) ?? []
  return isUuid(id) ? { at: new Date(Number(ms)), id } : undefined
}

const badCursor = () =>
  refuse('invalid_request', { errors: [{ path: 'cursor', message: 'Use the cursor of the page before.' }] })

/** Callbacks as they came, newest first, with what became of each. */
export async function showCallbacks(
  deps: Deps,
  actor: Actor,
  input: { view: InboxView; cursor?: string },
): Promise<
  | ({ ok: true; rows: InboxCallback[]; mayAskCardzo: boolean } & Page)
  | Refusal<'forbidden' | 'invalid_request'>
> {
  if (actor.kind !== 'user' || !may(actor, 'payout.see_all')) return refuse('forbidden')
  const before = readCursor(input.cursor)
  if (before === undefined) return badCursor()
  const { rows, more } = await deps.callbackInbox.list(input.view, { limit: pageSize, before })
  const last = rows.at(-1)
  const nextCursor = more && last ? `${last.receivedAt.getTime()}_${last.id}` : null
  return { ok: true, rows, nextCursor, mayAskCardzo: may(actor, 'payout.ask_cardzo') }
}

/** The last callbacks that were refused, newest first; they changed nothing. */
export async function showRefusedCallbacks(
  deps: Deps,
  actor: Actor,
  input: { cursor?: string },
): Promise<({ ok: true; rows: RefusedCallback[] } & Page) | Refusal<'forbidden' | 'invalid_request'>> {
  if (actor.kind !== 'user' || !may(actor, 'payout.see_all')) return refuse('forbidden')
  if (input.cursor !== undefined && !/^\d{1,18}$/.test(input.cursor)) return badCursor()
  const before = input.cursor === undefined ? null : BigInt(input.cursor)
  const { rows, more } = await deps.callbackInbox.refused({ limit: pageSize, before })
  return { ok: true, rows, nextCursor: more ? (rows.at(-1)?.number.toString() ?? null) : null }
}

/** What Cardzo says of payouts that are over: reversals, chargebacks, other ends. Newest first. */
export async function showChanged(
  deps: Deps,
  actor: Actor,
  input: { cursor?: string },
): Promise<({ ok: true; rows: ChangedPayout[] } & Page) | Refusal<'forbidden' | 'invalid_request'>> {
  if (actor.kind !== 'user' || !may(actor, 'payout.see_all')) return refuse('forbidden')
  const before = readCursor(input.cursor)
  if (before === undefined) return badCursor()
  const { rows, more } = await deps.callbackInbox.changed({ limit: pageSize, before })
  const last = rows.at(-1)
  return { ok: true, rows, nextCursor: more && last ? `${last.seenAt.getTime()}_${last.id}` : null }
}

/**
 * Finals that polling learned and no callback ever told, by day (UTC), of the newest ten thousand ends. `day`: the payouts of that day
 * beside it.
 */
export async function showMissedCallbacks(
  deps: Deps,
  actor: Actor,
  input: { day?: string },
): Promise<{ ok: true; days: MissedDay[]; payouts: Payout[] } | Refusal<'forbidden' | 'invalid_request'>> {
  if (actor.kind !== 'user' || !may(actor, 'payout.see_all')) return refuse('forbidden')
  const { day } = input
  if (day !== undefined && !isDay(day))
    return refuse('invalid_request', { errors: [{ path: 'day', message: 'Must be a date.' }] })
  const [days, ids] = await Promise.all([
    deps.callbackInbox.missed(missedDays, missedLookAt),
    day === undefined ? [] : deps.callbackInbox.missedOn(day, missedShown),
  ])
  const found = new Map((await deps.payouts.findMany(ids)).map((payout) => [payout.id, payout]))
  return { ok: true, days, payouts: ids.flatMap((id) => found.get(id) ?? []) }
}

function isDay(text: string): boolean {
  const at = Date.parse(`${text}T00:00:00Z`)
  return /^\d{4}-\d\d-\d\d$/.test(text) && !Number.isNaN(at) && new Date(at).toISOString().startsWith(text)
}

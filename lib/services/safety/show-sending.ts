import { may } from '#lib/payouts/permissions.ts'
import type { Actor } from '#lib/payouts/permissions.ts'
import { refuse } from '#lib/payouts/refusals.ts'
import type { Refusal } from '#lib/payouts/refusals.ts'
import type { PayoutStatus } from '#lib/payouts/transitions.ts'
import type { AskFirst, Deps, InFlight, SendStop } from '#lib/services/ports.ts'

/** With the current status of each payout that was in flight. */
export type ShownStop = Omit<SendStop, 'inFlight'> & {
  inFlight: (InFlight & { status: PayoutStatus | null })[]
}

export type Sending = {
  stop: ShownStop | null
  askFirst: AskFirst | null
  /** Since when Cardzo has not answered at all; null: it does. */
  silentSince: Date | null
  /** This person may stop and release. */
  mayStop: boolean
}

/** What stops or slows sending: every page of the desk shows it. */
export async function showSending(
  deps: Deps,
  actor: Actor,
): Promise<({ ok: true } & Sending) | Refusal<'forbidden'>> {
  if (!may(actor, 'item.see')) return refuse('forbidden')
  const [stop, askFirst, { silentSince }] = await Promise.all([
    deps.stopSwitch.active(),
    deps.askFirst.active(),
    deps.gatewayCondition.read(),
  ])
  const [shownStop = null] = stop ? await withStatuses(deps, [stop]) : []
  return { ok: true, stop: shownStop, askFirst, silentSince, mayStop: may(actor, 'sending.stop') }
}

/** The current stop and past ones, the latest first. */
export async function showStops(
  deps: Deps,
  actor: Actor,
): Promise<{ ok: true; stops: ShownStop[] } | Refusal<'forbidden'>> {
  if (!may(actor, 'item.see')) return refuse('forbidden')
  return { ok: true, stops: await withStatuses(deps, await deps.stopSwitch.latest(20)) }
}

async function withStatuses(deps: Deps, stops: SendStop[]): Promise<ShownStop[]> {
  const ids = stops.flatMap(({ inFlight }) => inFlight.map(({ payoutId }) => payoutId))
  const statuses = new Map((await deps.payouts.findMany(ids)).map(({ id, status }) => [id, status]))
  return stops.map((stop) => ({
    ...stop,
    inFlight: stop.inFlight.map((one) => ({ ...one, status: statuses.get(one.payoutId) ?? null })),
  }))
}

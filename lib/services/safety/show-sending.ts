import type { Endpoint } from '#lib/payouts/endpoints.ts'
import { may } from '#lib/payouts/permissions.ts'
import type { Actor } from '#lib/payouts/permissions.ts'
import { refuse } from '#lib/payouts/refusals.ts'
import type { Refusal } from '#lib/payouts/refusals.ts'
import type { PayoutStatus } from '#lib/payouts/transitions.ts'
import { endpointBook } from '#lib/services/endpoint/endpoint-book.ts'
import type { AskFirst, Deps, InFlight, SendStop } from '#lib/services/ports.ts'

/** With the current status of each payout that was in flight. */
export type ShownStop = Omit<SendStop, 'inFlight'> & {
  inFlight: (InFlight & { status: PayoutStatus | null })[]
}

export type Sending = {
  /** Of all payments. */
  stop: ShownStop | null
  /** Of one endpoint each, with its name. */
  endpointStops: (ShownStop & { endpointName: string })[]
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
  const [stops, askFirst, { silentSince }] = await Promise.all([
    deps.stopSwitch.allActive(),
    deps.askFirst.active(),
    deps.gatewayCondition.read(),
  ])
  const shown = stops.length === 0 ? [] : await withStatuses(deps, stops)
  const stop = shown.find(({ endpointId }) => endpointId === null) ?? null
  const endpointStops = await withNames(deps, shown)
  return { ok: true, stop, endpointStops, askFirst, silentSince, mayStop: may(actor, 'sending.stop') }
}

/** The current stop and past ones, the latest first. */
export async function showStops(
  deps: Deps,
  actor: Actor,
): Promise<{ ok: true; stops: ShownStop[]; endpoints: readonly Endpoint[] } | Refusal<'forbidden'>> {
  if (!may(actor, 'item.see')) return refuse('forbidden')
  const [stops, { endpoints }] = await Promise.all([
    deps.stopSwitch.latest(20).then((latest) => withStatuses(deps, latest)),
    endpointBook(deps),
  ])
  return { ok: true, stops, endpoints }
}

async function withNames(deps: Deps, stops: ShownStop[]): Promise<Sending['endpointStops']> {
  const ofOne = stops.filter(({ endpointId }) => endpointId !== null)
  if (ofOne.length === 0) return []
  const { endpoints } = await endpointBook(deps)
  return ofOne.map((stop) => ({
    ...stop,
    endpointName: endpoints.find(({ id }) => id === stop.endpointId)?.name ?? String(stop.endpointId),
  }))
}

async function withStatuses(deps: Deps, stops: SendStop[]): Promise<ShownStop[]> {
  const ids = stops.flatMap(({ inFlight }) => inFlight.map(({ payoutId }) => payoutId))
  const statuses = new Map((await deps.payouts.findMany(ids)).map(({ id, status }) => [id, status]))
  return stops.map((stop) => ({
    ...stop,
    inFlight: stop.inFlight.map((one) => ({ ...one, status: statuses.get(one.payoutId) ?? null })),
  }))
}

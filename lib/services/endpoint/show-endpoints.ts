import { environmentEndpoint } from '#lib/payouts/endpoints.ts'
import type { Endpoint, EndpointRoute } from '#lib/payouts/endpoints.ts'
import { may } from '#lib/payouts/permissions.ts'
import type { Actor } from '#lib/payouts/permissions.ts'
import { refuse } from '#lib/payouts/refusals.ts'
import type { Refusal } from '#lib/payouts/refusals.ts'
import type { Deps, EndpointTest, GatewayCondition } from '#lib/services/ports.ts'
import { endpointBook } from './endpoint-book.ts'

export type ShownEndpoint = Endpoint & {
  /** Null: it was never asked. */
  condition: GatewayCondition | null
  /** A next key or control value waits. */
  isRotating: boolean
  isStopped: boolean
  /** The latest one; null: none was asked for. */
  test: EndpointTest | null
}

export type ShownEndpoints = {
  endpoints: ShownEndpoint[]
  routes: readonly EndpointRoute[]
  /** A change of the settings waits, so nothing else can be proposed. */
  isWaiting: boolean
  mayPropose: boolean
  mayTest: boolean
  mayStop: boolean
}

/** Every endpoint with its condition, and the routes. Without any secret. */
export async function showEndpoints(
  deps: Deps,
  actor: Actor,
): Promise<({ ok: true } & ShownEndpoints) | Refusal<'forbidden'>> {
  if (!may(actor, 'settings.see')) return refuse('forbidden')
  const [{ endpoints, routes }, conditions, rotating, stops, proposal, tests] = await Promise.all([
    endpointBook(deps),
    deps.gatewayCondition.readEach(),
    deps.endpoints.rotating(),
    deps.stopSwitch.allActive(),
    deps.settingsChanges.proposal(),
    deps.endpoints.tests(),
  ])
  const manages = actor.kind === 'user' && may(actor, 'settings.propose')
  return {
    ok: true,
    endpoints: endpoints.map((endpoint) => ({
      ...endpoint,
      condition: conditions.find(({ endpointId }) => endpointId === endpoint.id) ?? null,
      isRotating: rotating.some(({ id }) => id === endpoint.id && id !== environmentEndpoint),
      isStopped: stops.some(({ endpointId }) => endpointId === endpoint.id),
      test: tests.find(({ endpointId }) => endpointId === endpoint.id) ?? null,
    })),
    routes,
    isWaiting: proposal !== null,
    mayPropose: manages && proposal === null,
    mayTest: manages,
    mayStop: may(actor, 'sending.stop'),
  }
}

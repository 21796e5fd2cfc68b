/** Composition of the clients: one for the environment's endpoint, and one for each that admins added. */
import { Agent } from 'node:http'
import { createCardzoConnection } from '#lib/cardzo/index.ts'
import type { CardzoConnection } from '#lib/cardzo/index.ts'
import { createGateway, readCallback, withNextControl } from '#lib/gateway/gateway.ts'
import type { RedirectPolicy } from '#lib/gateway/redirect.ts'
import { environmentEndpoint } from '#lib/payouts/endpoints.ts'
import { createPacedGateway } from '#lib/services/order/paced-gateway.ts'
import type { Deps, EndpointConnection, EnvironmentEndpoint, Gateway, Log } from '#lib/services/ports.ts'
import { isLoopbackAddress } from './addresses.ts'
import { createEndpointGateways } from './endpoint-gateways.ts'
import type { OneGateway } from './endpoint-gateways.ts'
import type { Env } from './env.ts'
import { watchedGate, watchedGateway } from './watch/watched-gateway.ts'

type Pace = { gate: Deps['gate']; log: Log; pollIntervalMs: number }

/** `adopt` writes what the environment says of its endpoint into its row, and learns whether that may be used. */
export function connectEndpoints(
  env: Env,
  endpoints: Deps['endpoints'],
  given: Pace,
): { gateway: Gateway; adopt: () => Promise<void>; close: () => void } {
  const pace = { ...given, gate: watchedGate(given.gate) }
  const own = ownGateway(env, pace)
  const { trouble, adopt } = adoption(env, endpoints, pace.log)
  const gateways = createEndpointGateways({
    own,
    ownTrouble: trouble,
    connections: endpoints.connections,
    controls: endpoints.controls,
    make: makeGateway(env, pace),
    readCallback,
    ownControl: env.cardzo.merchantControl,
    ownNextControl: env.cardzo.nextMerchantControl,
  })
  return { ...gateways, adopt }
}

/**
 * Cardzo without the ceiling and the breaker that workers share, for single questions of an operator, also while the database is away.
 * `connections`: the endpoints that admins added. Null for what can't be spoken to, because this environment has no key of it.
 */
export function connectAlone(
  env: Env,
  connections: readonly EndpointConnection[],
): { id: number; name: string; gateway: Gateway | null; close: () => void }[] {
  const make = makeGateway(env, null)
  const others = connections.map(({ endpoint, secrets }) => {
    const { id, name } = endpoint
    if (!secrets) return { id, name, gateway: null, close: () => undefined }
    const { gateway, connection } = make(endpoint, secrets)
    return { id, name, gateway, close: () => connection.close() }
  })
  const { cardzo } = env
  const isWhole = cardzo.privateKeyPem !== undefined && cardzo.merchantControl !== undefined
  const { gateway, connection } = ownGateway(env, null)
  return [
    {
      id: environmentEndpoint,
      name: 'id' in cardzo.endpoint ? cardzo.endpoint.id : `group ${cardzo.endpoint.groupId}`,
      gateway: isWhole ? gateway : null,
      close: () => connection.close(),
    },
    ...others,
  ]
}

/** Under the ceiling and the breaker that all workers share; null: a single question. */
const paced = (
  gateway: Gateway,
  pace: Pace | null,
  endpoint: { id: number; maxRequestsPerS: number },
): Gateway => (pace ? createPacedGateway(gateway, { ...pace, endpoint }) : gateway)

/** No payout waits for another's connection, whose time-out counts from then, nor for that of the balance. */
const socketsFor = (workerInFlight: number) => workerInFlight + 1

/** Of the environment's endpoint. While its control value is replaced, Cardzo is asked by either. */
function ownGateway(env: Env, pace: Pace | null): OneGateway {
  const endpoint = { id: environmentEndpoint, maxRequestsPerS: env.cardzo.maxRequestsPerS }
  const by = (merchantControl: string | undefined) => {
    const of = { ...env, cardzo: { ...env.cardzo, merchantControl } }
    const connection = connect(of)
    return { connection, gateway: paced(gatewayOf(of, connection), pace, endpoint) }
  }
  const now = by(env.cardzo.merchantControl)
  if (env.cardzo.nextMerchantControl === undefined) return now
  const next = by(env.cardzo.nextMerchantControl)
  const close = () => {
    now.connection.close()
    next.connection.close()
  }
  return { gateway: withNextControl(now.gateway, next.gateway), connection: { close } }
}

/** Only the worker holds the key that signs requests. If any other process tries to speak to Cardzo, that is a bug. */
function connect({ cardzo, workerInFlight }: Env): CardzoConnection {
  const { apiUrl: baseUrl, endpoint, login, privateKeyPem, merchantControl, timeoutMs } = cardzo
  if (privateKeyPem !== undefined && merchantControl !== undefined)
    return createCardzoConnection({
      ...{ baseUrl, endpoint, login, privateKeyPem, merchantControl, timeoutMs },
      maxSockets: socketsFor(workerInFlight),
    })
  const never = () => {
    throw new Error('Only the worker speaks to Cardzo')
  }
  const agent = new Agent({ maxSockets: 1 })
  const fields = { baseUrl, endpoint, login, timeoutMs, answers: 'form' as const, agent }
  return {
    ...fields,
    url: never,
    authorize: never,
    authorizeByControl: never,
    statusControl: never,
    close: () => undefined,
  }
}

const gatewayOf = (env: Env, connection: CardzoConnection): Gateway =>
  watchedGateway(
    createGateway(connection, {
      merchantControl: env.cardzo.merchantControl ?? '',
      redirects: redirectsOf(env.cardzo.apiUrl, env.cardzo.redirectHosts),
    }),
  )

const redirectsOf = (baseUrl: string, allowedHosts: readonly string[]): RedirectPolicy => ({
  allowedHosts,
  gatewayOrigin: new URL(baseUrl).origin,
  gatewayOnLoopback: isLoopbackAddress(baseUrl),
})

/** Clients of endpoints that admins added: signed by the present key, and asked by either control value. */
function makeGateway(
  { cardzo, workerInFlight }: Env,
  pace: Pace | null,
): Parameters<typeof createEndpointGateways>[0]['make'] {
  return (endpoint, { key, control }): OneGateway => {
    const { baseUrl, login, cardzoId, kind } = endpoint
    const connectionBy = (merchantControl: string) =>
      createCardzoConnection({
        ...{ baseUrl, login, privateKeyPem: key, merchantControl, timeoutMs: cardzo.timeoutMs },
        endpoint: kind === 'group' ? { groupId: cardzoId } : { id: cardzoId },
        maxSockets: socketsFor(workerInFlight),
      })
    const gatewayBy = (merchantControl: string) => {
      const connection = connectionBy(merchantControl)
      const redirects = redirectsOf(baseUrl, endpoint.redirectHosts)
      return {
        connection,
        gateway: paced(
          watchedGateway(createGateway(connection, { merchantControl, redirects })),
          pace,
          endpoint,
        ),
      }
    }
    const now = gatewayBy(control.current)
    if (control.next === null) return now
    const next = gatewayBy(control.next)
    const close = () => {
      now.connection.close()
      next.connection.close()
    }
    return { gateway: withNextControl(now.gateway, next.gateway), connection: { close } }
  }
}

const movedWarning =
  'THE ENVIRONMENT NAMES ANOTHER GATEWAY OR ENDPOINT THAN THE ONE WHERE PAYOUTS ARE ON THEIR WAY. Nothing is sent or asked there. Set CARDZO_API_URL and CARDZO_ENDPOINT_ID back until they have ended, and add the other one on /desk/endpoints.'

/** The environment's endpoint: written into its row by a worker that starts, and out of use while the row stays at another gateway. */
function adoption(env: Env, endpoints: Pick<Deps['endpoints'], 'adopt'>, log: Log) {
  let moved = false
  return {
    trouble: () => (moved ? ('moved' as const) : null),
    adopt: async () => {
      moved = (await endpoints.adopt(environmentEndpointOf(env))) === 'moved'
      if (moved) log.error({}, movedWarning)
    },
  }
}

function environmentEndpointOf({ cardzo }: Env): EnvironmentEndpoint {
  const [kind, cardzoId] =
    'id' in cardzo.endpoint
      ? (['endpoint', cardzo.endpoint.id] as const)
      : (['group', cardzo.endpoint.groupId] as const)
  return {
    name: cardzoId,
    kind,
    cardzoId,
    baseUrl: cardzo.apiUrl,
    login: cardzo.login,
    currencies: cardzo.currencies,
    fields: cardzo.requiredFields.map((name) => ({ name, label: null, hint: null, pattern: null })),
    redirectHosts: cardzo.redirectHosts,
    maxRequestsPerS: cardzo.maxRequestsPerS,
    balance: cardzo.balance,
    lowMarks: cardzo.lowMarks,
  }
}

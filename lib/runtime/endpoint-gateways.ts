/**
 * Cardzo by the endpoint that an order names. The client of the environment's endpoint is made once; those of the others follow what is
 * remembered of them. No order ever goes to another endpoint than its own: without it, nothing is sent.
 */
import type { CardzoConnection } from '#lib/cardzo/index.ts'
import { environmentEndpoint } from '#lib/payouts/endpoints.ts'
import { nothingSent } from '#lib/services/order/paced-gateway.ts'
import type {
  CallbackRead,
  EndpointConnection,
  EndpointControl,
  EndpointTrouble,
  Exchange,
  Gateway,
} from '#lib/services/ports.ts'

/** A gateway of one endpoint, and how to let its connections go. */
export type OneGateway = { gateway: Gateway; connection: Pick<CardzoConnection, 'close'> }

type Given = {
  /** Of the environment's endpoint. */
  own: OneGateway
  /** Why the environment's endpoint may not be used; null: it may. */
  ownTrouble: () => EndpointTrouble | null
  connections: () => Promise<EndpointConnection[]>
  controls: () => Promise<EndpointControl[]>
  /** Makes the client of an endpoint that admins added. */
  make: (
    endpoint: EndpointConnection['endpoint'],
    secrets: NonNullable<EndpointConnection['secrets']>,
  ) => OneGateway
  /** Reads a callback by these control values, each with the number of its endpoint. */
  readCallback: (
    params: readonly (readonly [string, string])[],
    controls: readonly { endpointId: number; value: string }[],
  ) => CallbackRead
  /** The control value of the environment, and the one that takes its place. */
  ownControl: string | undefined
  ownNextControl?: string | undefined
}

export function createEndpointGateways(given: Given): { gateway: Gateway; close: () => void } {
  /** By number, with the version each was made from. A client that was replaced keeps what it has under way; its idle connections end by themselves. */
  const made = new Map<number, { version: number; client: OneGateway }>()
  const all = new Set<OneGateway>([given.own])

  async function find(endpointId: number): Promise<Gateway | EndpointTrouble> {
    if (endpointId === environmentEndpoint) return given.ownTrouble() ?? given.own.gateway
    const from = (await given.connections()).find(({ endpoint }) => endpoint.id === endpointId)
    if (!from) return 'unknown'
    if (!from.secrets) return 'unreadable'
    const known = made.get(endpointId)
    const { version } = from.endpoint
    if (known?.version === version) return known.client.gateway
    const client = given.make(from.endpoint, from.secrets)
    made.set(endpointId, { version, client })
    all.add(client)
    return client.gateway
  }

  /** Null: it isn't there, or nobody can say. Never throws: a payout may be claimed, and not one byte has left. */
  async function gatewayOf(endpointId: number): Promise<Gateway | null> {
    try {
      const found = await find(endpointId)
      return typeof found === 'string' ? null : found
    } catch {
      // The database is away. What is claimed now is given back, and asked about again.
      return null
    }
  }

  return {
    gateway: {
      check: async (order, guard) =>
        (await gatewayOf(order.endpointId))?.check(order, guard) ?? notSent('payout-check'),
      pay: async (order, guard) =>
        (await gatewayOf(order.endpointId))?.pay(order, guard) ?? notSent('payout-pay'),
      status: async (order) =>
        (await gatewayOf(order.endpointId))?.status(order) ?? { ...notSent('status'), simulator: false },

      balance: async (query) =>
        (await gatewayOf(query.endpointId))?.balance(query) ?? {
          kind: 'not_sent',
          why: 'The endpoint could not be used.',
        },

      async lacks(endpointId) {
        const found = await find(endpointId)
        return typeof found === 'string' ? found : null
      },

      async readCallback(params) {
        const others = await given.controls()
        const controls = others.flatMap(({ id, control }) =>
          [control?.current, control?.next].flatMap((value) =>
            value == null ? [] : [{ endpointId: id, value }],
          ),
        )
        const { ownControl, ownNextControl } = given
        if (ownControl === undefined)
          throw new Error('This process has no control key to verify callbacks with')
        return given.readCallback(params, [
          { endpointId: environmentEndpoint, value: ownControl },
          ...(ownNextControl === undefined
            ? []
            : [{ endpointId: environmentEndpoint, value: ownNextControl }]),
          ...controls,
        ])
      },
    },
    close: () => {
      for (const { connection } of all) connection.close()
    },
  }
}

const notSent = (command: Exchange['command']) =>
  nothingSent(command, "The payout's endpoint could not be used.")

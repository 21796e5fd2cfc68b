/** One endpoint's client, whose calls are measured and, while traces are on, are spans of the payout's trace. */
import type { Gate, Gateway } from '#lib/services/ports.ts'
import { processMetrics } from './metrics.ts'
import { inSpan } from './traces.ts'

type Command = 'payout-check' | 'payout-pay' | 'status' | 'balance'

/** Wraps the client itself, below the ceiling: what is measured is Cardzo and the way to it. */
export function watchedGateway(gateway: Gateway): Gateway {
  return {
    ...gateway,
    check: (order, guard) => watched('payout-check', () => gateway.check(order, guard)),
    pay: (order, guard) => watched('payout-pay', () => gateway.pay(order, guard)),
    status: (order) => watched('status', () => gateway.status(order)),
    balance: (query) => watched('balance', () => gateway.balance(query)),
  }
}

type Answer = { kind: string; exchange?: { httpStatus: number | null } }

function watched<A extends Answer>(command: Command, call: () => Promise<A>): Promise<A> {
  return inSpan(`cardzo ${command}`, { kind: 'client', onlyWithin: true }, async (span) => {
    const began = performance.now()
    const answer = await call()
    processMetrics().gatewayCalls.observe(
      { command, outcome: answer.kind },
      (performance.now() - began) / 1000,
    )
    span?.set({
      'cardzo.command': command,
      'cardzo.outcome': answer.kind,
      ...(answer.exchange?.httpStatus != null && { 'http.response.status_code': answer.exchange.httpStatus }),
    })
    return answer
  })
}

/** Measures how long calls wait for their place under the ceiling. */
export function watchedGate(gate: Gate): Gate {
  return {
    ...gate,
    turn: async (endpoint) => {
      const waitMs = await gate.turn(endpoint)
      processMetrics().gatewayWaits.observe(waitMs / 1000)
      return waitMs
    },
  }
}

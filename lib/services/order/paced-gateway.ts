/**
 * An endpoint behind the gate that all workers share. Every request takes its place under the ceiling, and the gate counts whether it was
 * answered, so that all workers notice when the endpoint falls silent and when it is back.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import type {
  CheckAnswer,
  Exchange,
  Gate,
  Gateway,
  Guard,
  Log,
  PayAnswer,
  StatusAnswer,
} from '#lib/services/ports.ts'

type Paced = {
  endpoint: { id: number; maxRequestsPerS: number }
  gate: Gate
  log: Log
  pollIntervalMs: number
}
type Answer = CheckAnswer | PayAnswer | StatusAnswer

export function createPacedGateway(gateway: Gateway, paced: Paced): Gateway {
  return {
    async check(order, guard) {
      const watched = watch(guard)
      const answer = (await place(paced, 'payout-check')) ?? (await gateway.check(order, watched))
      await note(paced, answer, watched.gaveUp())
      return answer
    },

    // Not counted: the status request before it was, and nothing may come between this answer and its record.
    pay: async (order, guard) => (await place(paced, 'payout-pay')) ?? gateway.pay(order, guard),

    async status(order) {
      const nothing = await place(paced, 'status')
      const answer = nothing ? { ...nothing, simulator: false } : await gateway.status(order)
      // An endpoint that doesn't know signed status requests is not silent for it.
      await note(paced, answer, nothing !== null || order.signed === true)
      return answer
    },

    // Neither counted nor waited for: whether a balance is told says nothing about payouts, and must not hold them up.
    balance: async (query) => ((await hasSpare(paced)) ? gateway.balance(query) : { kind: 'busy' }),

    lacks: (endpointId) => gateway.lacks(endpointId),
    readCallback: (params) => gateway.readCallback(params),
  }
}

type NotSent = { kind: 'not_sent'; why: string; exchange: Exchange }

/** Waits for a place under the ceiling. Null: it has one. Never throws: without a place nothing is sent, and that is an answer. */
async function place({ endpoint, gate, log }: Paced, command: Exchange['command']): Promise<NotSent | null> {
  try {
    const waitMs = await gate.turn(endpoint)
    if (waitMs > 0) await sleep(waitMs)
    return null
  } catch (error) {
    log.error({ err: error, command }, 'no place under the ceiling of requests; nothing was sent')
    return nothingSent(command, 'The database could not be asked for a place under the ceiling of requests.')
  }
}

async function hasSpare({ endpoint, gate, log }: Paced): Promise<boolean> {
  try {
    return await gate.spare(endpoint)
  } catch (error) {
    log.warn({ err: error }, 'no place under the ceiling for the balance; it is asked for later')
    return false
  }
}

/** The answer to a request that never left: not one byte did. `why` is for the timeline. */
export const nothingSent = (command: Exchange['command'], why: string): NotSent => ({
  kind: 'not_sent',
  why,
  exchange: {
    command,
    url: '',
    sent: {},
    httpStatus: null,
    answer: null,
    durationMs: 0,
    gatewayDate: null,
    serialNumber: null,
    error: why,
  },
})

/** Notices when our own guard stopped the request, which says nothing about Cardzo. */
function watch(guard: Guard): Guard & { gaveUp: () => boolean } {
  let gaveUp = false
  return {
    mayStillSend: () => {
      const may = guard.mayStillSend()
      gaveUp ||= !may
      return may
    },
    gaveUp: () => gaveUp,
  }
}

async function note(paced: Paced, { kind }: Answer, ours: boolean): Promise<void> {
  const { endpoint, gate, log, pollIntervalMs } = paced
  const endpointId = endpoint.id
  if (ours) return
  try {
    if (kind === 'silence' || kind === 'not_sent') {
      if (await gate.missed(endpointId, pollIntervalMs))
        log.warn({ endpointId }, 'Cardzo does not answer: one question at a time')
    } else if (await gate.answered(endpointId)) log.warn({ endpointId }, 'Cardzo answers again')
  } catch (error) {
    log.error({ err: error }, 'whether Cardzo answers could not be counted')
  }
}

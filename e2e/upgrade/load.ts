// Who uses the portal while it is replaced: a shop that asks for payouts, its reading, and receivers who look at their pages.
import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { scenarios } from '#lib/simulator/scenarios.ts'
import { accountFor } from '../support/simulator.ts'

const patienceMs = 20_000
const againAfterMs = 200

export type Request = {
  what: 'create' | 'read' | 'page' | 'status'
  at: number
  ms: number
  /** 0: no answer. */
  status: number
  error: string | null
}

export type Load = {
  requests: readonly Request[]
  /** What the shop was told, by its idempotency key. */
  promised: ReadonlyMap<string, ReadonlySet<string>>
  wrong: readonly string[]
  /**
   * A payout of this amount; its id, once the portal has promised it. `alone`: nobody else has its receiver and account, so that nothing
   * about it changes while somebody has its page open.
   */
  create: (amount: string, alone?: boolean) => Promise<string>
  stop: () => Promise<void>
}

/** The ending chooses what the bank does. */
const accountAlone = (n: number) => `11-${String(10_000_000 + n)}-${scenarios.approve.account}`

export function startLoad(appUrl: string, apiKey: string): Load {
  const requests: Request[] = []
  const promised = new Map<string, Set<string>>()
  const wrong: string[] = []
  const over = new AbortController()
  let link = ''

  const send = async (what: Request['what'], path: string, init: RequestInit = {}) => {
    const at = Date.now()
    try {
      const response = await fetch(`${appUrl}${path}`, { ...init, signal: AbortSignal.timeout(patienceMs) })
      const text = await response.text()
      requests.push({ what, at, ms: Date.now() - at, status: response.status, error: null })
      return { status: response.status, text }
    } catch (error) {
      const reason =
        error instanceof Error ? ((error.cause as { code?: string } | undefined)?.code ?? error.name) : '?'
      requests.push({ what, at, ms: Date.now() - at, status: 0, error: reason })
      return null
    }
  }
  const bearer = { Authorization: `Bearer ${apiKey}` }

  const create = async (amount: string, alone = false): Promise<string> => {
    const key = randomUUID()
    const n = promised.size
    const body = JSON.stringify({
      amount,
      currency: 'EUR',
      receiver: {
        externalId: alone ? `alone-${n}` : `cust-${n % 50}`,
        email: 'dora@lab.example',
        firstName: 'Dora',
        lastName: 'Visser',
      },
      destination: { account_number: alone ? accountAlone(n) : accountFor('approve'), bank_name: 'Lab Bank' },
      metadata: { plan: n },
    })
    const headers = { ...bearer, 'Content-Type': 'application/json', 'Idempotency-Key': key }
    promised.set(key, new Set())
    for (;;) {
      const answer = await send('create', '/api/v1/payouts', { method: 'POST', headers, body })
      if (answer && (answer.status === 200 || answer.status === 201)) {
        const { id, statusUrl } = JSON.parse(answer.text) as { id: string; statusUrl?: string }
        promised.get(key)?.add(id)
        if (statusUrl !== undefined) link = new URL(statusUrl).pathname
        return id
      }
      if (answer && answer.status < 500) {
        wrong.push(`a payout was refused: ${answer.status} ${answer.text.slice(0, 200)}`)
        promised.delete(key)
        throw new Error(wrong.at(-1))
      }
      // Nobody knows whether it was taken, so it is asked for again under the same key.
      await sleep(againAfterMs)
    }
  }

  const every = async (ms: number, run: () => Promise<unknown>) => {
    while (!over.signal.aborted) {
      await run().catch(() => undefined)
      await sleep(ms)
    }
  }
  let made = 0
  const all = Promise.all([
    every(250, () => create(`${10 + (made++ % 30)}.00`)),
    every(250, () => create(`${10 + (made++ % 30)}.00`)),
    every(100, () => send('read', '/api/v1/payouts?limit=20', { headers: bearer })),
    every(300, () => (link === '' ? Promise.resolve() : send('page', link))),
    every(200, () => (link === '' ? Promise.resolve() : send('status', `/api${link}/status`))),
  ])
  return {
    requests,
    promised,
    wrong,
    create,
    async stop() {
      over.abort()
      await all
    },
  }
}

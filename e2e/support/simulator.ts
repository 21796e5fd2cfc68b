// The simulator's control API (docs/simulator.md), as tests use it.
import { setTimeout as sleep } from 'node:timers/promises'
import type { CallbackKind } from '#lib/simulator/callbacks.ts'
import type { Fault } from '#lib/simulator/faults.ts'
import type { DescribedOrder } from '#lib/simulator/ledger.ts'
import { scenarios } from '#lib/simulator/scenarios.ts'
import type { ScenarioName } from '#lib/simulator/scenarios.ts'

export type { ScenarioName }

/** An account number that chooses a scenario for whatever order pays to it. */
export const accountFor = (scenario: ScenarioName) => `DE893704004405320100${scenarios[scenario].account}`

export type Simulator = ReturnType<typeof connectSimulator>

export function connectSimulator(url: string) {
  async function ask<T>(method: string, path: string, body?: unknown): Promise<T> {
    const answer = await fetch(`${url}/_control/${path}`, {
      method,
      ...(body !== undefined && {
        headers: { 'Content-Type': 'application/json' },
        body: JSON.stringify(body),
      }),
    })
    if (!answer.ok) throw new Error(`simulator: ${method} ${path}: ${answer.status} ${await answer.text()}`)
    return (await answer.json()) as T
  }
  const order = (id: string) => ask<DescribedOrder>('GET', `orders/${encodeURIComponent(id)}`)
  return {
    url,
    /** By Cardzo's id or by ours. */
    order,
    orders: () => ask<{ orders: DescribedOrder[]; strayPays: number }>('GET', 'orders'),
    /** For every order to come (`default`), for the next one, or for one by its `client_orderid`. */
    scenario: (scenario: ScenarioName, whom: 'default' | 'next' | { clientOrderId: string }) =>
      ask('POST', 'scenario', { scenario, for: whom }),
    fault: (fault: Pick<Fault, 'command' | 'fault'> & Partial<Fault>) => ask('POST', 'faults', fault),
    /** What the merchant has there from now on. */
    balance: (currency: string, amount: string) => ask('POST', 'balances', { currency, amount }),
    noBalances: () => ask('DELETE', 'balances'),
    clearFaults: () => ask('DELETE', 'faults'),
    callback: (id: string, wanted: { kind?: CallbackKind; status?: string; delayMs?: number } = {}) =>
      ask('POST', `orders/${encodeURIComponent(id)}/callback`, wanted),
    status: (
      id: string,
      wanted: {
        status: string
        stage?: string
        form?: true | string
        amount?: string
        callback?: boolean
        errorCode?: string
        errorMessage?: string
      },
    ) => ask('POST', `orders/${encodeURIComponent(id)}/status`, wanted),
    /** Waits until the ledger says so about an order; fails with the order as it is. */
    async until(id: string, what: string, holds: (order: DescribedOrder) => boolean, waitMs = 15_000) {
      const deadline = Date.now() + waitMs
      for (;;) {
        const now = await order(id)
        if (holds(now)) return now
        if (Date.now() > deadline)
          throw new Error(`not ${what} in ${waitMs} ms: ${JSON.stringify(now, null, 2)}`)
        await sleep(50)
      }
    },
  }
}

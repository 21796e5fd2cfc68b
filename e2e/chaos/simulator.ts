// The simulator's control API, as the lab uses it.
import type { DescribedOrder } from '#lib/simulator/ledger.ts'
import type { CallbackFault, GatewayFault } from './schedule.ts'

export type Order = DescribedOrder
export type LedgerView = { orders: Order[]; strayPays: number }

export function simulatorAt(origin: string) {
  const send = async (method: string, path: string, body?: unknown): Promise<unknown> => {
    const response = await fetch(`${origin}/_control/${path}`, {
      method,
      ...(body !== undefined && {
        body: JSON.stringify(body),
        headers: { 'Content-Type': 'application/json' },
      }),
      signal: AbortSignal.timeout(5000),
    })
    return response.json()
  }
  return {
    /** A payout-check or payout-pay that comes twice is carried out twice: the worst gateway there could be. */
    expectTheWorst: () => send('POST', 'settings', { duplicates: 'accept', secondPay: 'accept' }),
    away: (away: boolean) => send('POST', 'settings', { away }),
    willApprove: (clientOrderId: string) =>
      send('POST', 'scenario', { scenario: 'approve', for: { clientOrderId } }),
    fault: (fault: GatewayFault & { clientOrderId: string }) => send('POST', 'faults', fault),
    waitingFaults: async () =>
      ((await send('GET', 'faults')) as { faults: GatewayFault[] }).faults.reduce(
        (sum, { times }) => sum + times,
        0,
      ),
    callback: (orderId: string, kind: CallbackFault, delayMs: number) =>
      send('POST', `orders/${orderId}/callback`, { kind, ...(kind === 'late' && { delayMs }) }),
    fillForm: (orderId: string, decision: 'confirm' | 'decline') =>
      send('POST', `orders/${orderId}/form`, { decision }),
    ledger: async () => (await send('GET', 'orders')) as LedgerView,
  }
}
export type SimulatorControl = ReturnType<typeof simulatorAt>

// What a look at the database and at the gateway's ledger says.
import type { PayoutRow } from './rows.ts'
import type { Order } from './simulator.ts'

/** Orders that are unknown to the database, or that it does not know to have been sent. */
export function forgottenOf(payouts: readonly PayoutRow[], orders: readonly Order[]): Order[] {
  return orders.filter((order) => {
    const payout = payouts.find(({ clientOrderId }) => clientOrderId === order.clientOrderId)
    return !payout || (order.payReceived > 0 && payout.claimedAt === null)
  })
}

export function progressOf(payouts: readonly PayoutRow[], wanted: number): string {
  const final = payouts.filter(({ isFinal }) => isFinal).length
  const unknown = payouts.filter(({ status }) => status === 'outcome_unknown').length
  return `${payouts.length}/${wanted} asked, ${final} final, ${unknown} unknown`
}

// What a disaster took, and what came back of it: the database before and after, beside the gateway's ledger.
import { setTimeout as sleep } from 'node:timers/promises'
import type { Facts } from '../chaos/invariants.ts'
import type { PayoutRow, Rows } from '../chaos/rows.ts'
import type { Told } from '../chaos/shop.ts'
import type { SimulatorControl } from '../chaos/simulator.ts'
import type { createWatch } from '../chaos/watch.ts'
import { query } from './server.ts'

/** Claimed for payout-pay, and not at its end. */
export const isOnItsWay = ({ isFinal, claimedAt }: PayoutRow) => !isFinal && claimedAt !== null

export const sum = <T>(all: readonly T[], of: (one: T) => number) =>
  all.reduce((total, one) => total + of(one), 0)

export const countBy = <T>(all: readonly T[], of: (one: T) => string): Record<string, number> => {
  const counts: Record<string, number> = {}
  for (const one of all) counts[of(one)] = (counts[of(one)] ?? 0) + 1
  return counts
}

type Snapshot = { payouts: PayoutRow[]; events: number; approvals: number }

export async function snapshotOf(rows: Rows): Promise<Snapshot> {
  const [payouts, events, approvals] = await Promise.all([rows.payouts(), rows.events(), rows.approvals()])
  return { payouts, events: events.length, approvals: approvals.length }
}

export function compare(was: Snapshot, is: Snapshot, orders: Facts['orders']) {
  const known = new Set(is.payouts.map(({ id }) => id))
  const claimed = new Set(
    is.payouts.filter(({ claimedAt }) => claimedAt !== null).map(({ clientOrderId }) => clientOrderId),
  )
  return {
    payouts: was.payouts.filter(({ id }) => !known.has(id)).length,
    events: was.events - is.events,
    approvals: was.approvals - is.approvals,
    sent: orders.filter((order) => order.payReceived > 0 && !claimed.has(order.clientOrderId)).length,
  }
}

export function foundAgain(
  restored: readonly PayoutRow[],
  { payouts, orders }: Pick<Facts, 'payouts' | 'orders'>,
) {
  const knownOrders = new Set(restored.flatMap(({ orderId }) => orderId ?? []))
  const nowKnown = new Set(payouts.flatMap(({ orderId }) => orderId ?? []))
  // Each payout has one order; the worst of all gateways may have made a second one.
  const made = orders.filter(({ clientOrderId }) =>
    restored.every((payout) => payout.clientOrderId !== clientOrderId),
  )
  const unknown = made.filter(({ orderId }) => !knownOrders.has(orderId))
  return {
    unknownOrders: unknown.length,
    foundAgain: unknown.filter(({ orderId }) => nowKnown.has(orderId)).length,
  }
}

/** A worker compares its marker with the database at its start, then every ten seconds. */
const noticesWithinMs = 20_000

/** When the portal began to ask first, by the database's clock, which is this machine's; null: it hasn't. */
export async function noticedAt(url: string): Promise<number | null> {
  const deadline = Date.now() + noticesWithinMs
  while (Date.now() < deadline) {
    const [began] = await query<{ at: Date }>(url, 'SELECT started_at AS at FROM ask_first')
    if (began) return began.at.getTime()
    await sleep(50)
  }
  return null
}

/** For the fault lab's judge. */
export async function gather(
  plans: Facts['plans'],
  rows: Rows,
  simulator: SimulatorControl,
  told: Told,
  { sightings, deadlines }: Pick<ReturnType<typeof createWatch>, 'sightings' | 'deadlines'>,
): Promise<Omit<Facts, 'mails' | 'leaks' | 'textsSearched'>> {
  const { orders, strayPays } = await simulator.ledger()
  return {
    ...{ plans, orders, strayPays, sightings, deadlines },
    ...{ toldIds: told.ids, toldRefused: told.refused, toldWrong: told.wrong },
    payouts: await rows.payouts(),
    events: await rows.events(),
    items: await rows.items(),
    brokenLinks: await rows.brokenLinks(),
    callbacks: await rows.callbacks(),
    askFirst: await rows.askFirst(),
    approvals: await rows.approvals(),
    balances: await rows.balances(),
    transfers: await rows.transfers(),
  }
}

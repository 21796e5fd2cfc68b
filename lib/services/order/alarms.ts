/** What people are told when Cardzo locks us out, or when its answer can't be about this payout. */
import type { Deps, Exchange, ItemDraft, Payout } from '#lib/services/ports.ts'

/** Cardzo refuses our credentials or address. The desk shows it, and nothing new is sent until a status request works again. */
export async function lockedOut(
  deps: Deps,
  endpointId: number,
  now: Date,
  answer: { httpStatus: number; gatewayDate: string | null; exchange: Pick<Exchange, 'command'> },
): Promise<void> {
  await deps.gatewayCondition.recordLockedOut(endpointId, {
    httpStatus: answer.httpStatus,
    gatewayDate: answer.gatewayDate,
    ourDate: now.toISOString(),
    command: answer.exchange.command,
  })
}

/** What is wrong with this order id for this payout: the first one stored stays, and no two payouts share one. Null: nothing. */
export async function orderIdTrouble(deps: Deps, payout: Payout, orderId: string): Promise<ItemDraft | null> {
  if (payout.orderId === orderId) return null
  if (payout.orderId !== null) return otherOrderId(orderId, `This payout's order is ${payout.orderId}.`)
  const holder = await deps.payouts.holderOfOrder(orderId)
  return holder !== null && holder !== payout.id
    ? otherOrderId(orderId, `That order already belongs to payout ${holder}.`)
    : null
}

const otherOrderId = (orderId: string, why: string): ItemDraft => ({
  kind: 'other_order_id',
  severity: 'critical',
  subject: orderId,
  what: `Cardzo answered with another order id: ${orderId}`,
  why: `${why} The other order is never paid by the portal. Ask Cardzo what it is.`,
  data: { orderId },
})

export const unknownOrder = (message: string | null): ItemDraft => ({
  kind: 'gateway_error',
  severity: 'high',
  what: 'Cardzo says that it does not know this order',
  why: `Its order id was given to us by Cardzo. The portal goes on asking and sends nothing. ${message ?? ''}`.trim(),
})

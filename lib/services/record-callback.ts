import { isOurForm } from './accept-request.ts'
import { startOnLostOrder } from './ask-first.ts'
import type { Deps, Payout } from './ports.ts'

export type CallbackReceipt = { http: 200 | 400 | 403 | 503; text: string }

/**
 * Cardzo calls back (contract 4.4). The message is a hint: verified, stored durably, answered, and the worker is woken to ask for
 * the status, whose answer decides. Anything but 200 makes Cardzo send it again.
 */
export async function recordCallback(
  deps: Deps,
  params: readonly (readonly [string, string])[],
): Promise<CallbackReceipt> {
  const read = deps.gateway.readCallback(params)
  if (!read.ok && read.why === 'missing') return { http: 400, text: read.what }
  if (!read.ok) {
    deps.log.warn({ why: read.what }, 'callback refused')
    return { http: 403, text: 'control is wrong' }
  }
  const { message } = read
  try {
    const [byClient, byOrder] = await Promise.all([
      deps.payouts.findByClientOrderId(message.clientOrderId),
      deps.payouts.findByOrderId(message.orderId),
    ])
    if (contradicts(byClient, byOrder, message.orderId, message.clientOrderId)) {
      deps.log.warn(
        { clientOrderId: message.clientOrderId, orderId: message.orderId },
        'callback names two orders',
      )
      return { http: 403, text: 'the ids do not belong together' }
    }
    if (!byClient && isOurForm(message.clientOrderId)) await noticeLostOrder(deps, message.clientOrderId)
    await deps.callbacks.store(message, byClient?.id ?? null)
    return { http: 200, text: 'OK' }
  } catch (error) {
    deps.log.error({ err: error }, 'callback could not be stored')
    return { http: 503, text: 'not stored, please send again' }
  }
}

/** Once per order, and before the callback is stored: a failure in between makes Cardzo send it again. */
async function noticeLostOrder(deps: Deps, clientOrderId: string): Promise<void> {
  const known = await deps.callbacks.unmatched()
  if (known.some((earlier) => earlier.clientOrderId === clientOrderId)) return
  await startOnLostOrder(deps, clientOrderId)
}

/** One id is ours and the other is not the stored one. Our client_orderid with no order id stored yet is fine. */
function contradicts(
  byClient: Payout | null,
  byOrder: Payout | null,
  orderId: string,
  clientOrderId: string,
): boolean {
  if (byClient && byClient.orderId !== null && byClient.orderId !== orderId) return true
  return byOrder !== null && byOrder.clientOrderId !== clientOrderId
}

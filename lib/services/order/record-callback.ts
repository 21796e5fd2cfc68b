import { isOurForm } from '#lib/services/payout/client-order-id.ts'
import { startOnLostOrder } from '#lib/services/safety/ask-first.ts'
import type { CallbackAnswer, CallbackMessage, Deps } from '#lib/services/ports.ts'
import { signersOf } from '#lib/payouts/endpoints.ts'

/** Why a message was not stored. On anything but 200 Cardzo sends it again. */
export type CallbackRefusal = 'malformed' | 'wrong_control' | 'shifted_ids' | 'intake_full' | 'not_stored'

export type CallbackReceipt =
  | { http: 200; text: string; refusal: null }
  | { http: 400 | 403 | 503; text: string; refusal: CallbackRefusal }

/**
 * Cardzo calls back. The message is a hint: it is verified and stored, and the worker is woken to ask for the status, which decides.
 * Whatever is signed correctly is kept, even ids that don't belong together: people must see them.
 */
export async function recordCallback(
  deps: Deps,
  params: readonly (readonly [string, string])[],
): Promise<CallbackReceipt> {
  const read = await deps.gateway.readCallback(params)
  if (!read.ok)
    return read.why === 'missing'
      ? { http: 400, text: read.what, refusal: 'malformed' }
      : { http: 403, text: 'control is wrong', refusal: 'wrong_control' }
  const { message } = read
  try {
    const alone = () => storeAlone(deps, message)
    const { answer } = await deps.callbacks.take(message, deps.config.pollIntervalMs, alone)
    switch (answer) {
      case 'stored':
        return { http: 200, text: 'OK', refusal: null }
      case 'shifted':
        return { http: 403, text: 'this control belongs to other ids', refusal: 'shifted_ids' }
      case 'foreign':
        return { http: 403, text: 'control is wrong', refusal: 'wrong_control' }
      case 'full':
        return { http: 503, text: 'the intake is full, please send again', refusal: 'intake_full' }
    }
  } catch (error) {
    deps.log.error({ err: error }, 'callback could not be stored')
    return { http: 503, text: 'not stored, please send again', refusal: 'not_stored' }
  }
}

/** What a batch doesn't store: new operations, ids that don't fit a payout, or no payout at all. */
async function storeAlone(deps: Deps, message: CallbackMessage): Promise<CallbackAnswer> {
  const payout = await deps.payouts.findByClientOrderId(message.clientOrderId)
  if (payout && !signersOf(message).includes(payout.endpointId)) return { answer: 'foreign' }
  if (!payout && isOurForm(message.clientOrderId)) await noticeLostOrder(deps, message.clientOrderId)
  const stored = await deps.callbacks.store(message, payout?.id ?? null, deps.config.pollIntervalMs)
  return { ...stored, ...(payout && { payoutId: payout.id }) }
}

/** Once per order, and before the callback is stored, so that Cardzo sends it again if this fails. */
async function noticeLostOrder(deps: Deps, clientOrderId: string): Promise<void> {
  if (await deps.callbacks.isUnmatched(clientOrderId)) return
  await startOnLostOrder(deps, clientOrderId)
}

/** Refused callbacks are counted, and limited by address. Correctly signed ones are never limited. */
import { judgeError } from '#app/_server/away.ts'
import { getDeps } from '#app/_server/deps.ts'
import { plainText } from '#app/_server/plain-answer.ts'
import { processMetrics } from '#app/_server/process-metrics.ts'
import { networkOf } from '#lib/services/sign-in/guesses.ts'
import type { RefusedCallback } from '#lib/services/ports.ts'
import type { CallbackRefusal } from '#lib/services/order/record-callback.ts'

type Params = readonly (readonly [string, string])[]

/** What a refused callback says of itself, without its `control` and whatever else it may hold. */
function saidBy(params: Params): Pick<RefusedCallback, 'status' | 'orderId' | 'clientOrderId'> {
  const given = new Map(params)
  const clientOrderId = given.get('client_orderid') ?? given.get('merchant_order') ?? null
  return { status: given.get('status') ?? null, orderId: given.get('orderid') ?? null, clientOrderId }
}

/** The answer to a callback that was not stored. If that is our own fault, it doesn't count against the sender. */
export async function refuseCallback(
  request: Request,
  refusal: CallbackRefusal,
  http: number,
  text: string,
  params: Params = [],
): Promise<Response> {
  const ours = refusal === 'intake_full' || refusal === 'not_stored'
  const tooMany = !ours && !(await mayGoOn(request, refusal, text, params))
  processMetrics().callbacksRefused.inc({ reason: tooMany ? 'too_many' : refusal })
  return tooMany
    ? plainText(429, 'Too many refused messages from this address.', { 'Retry-After': '60' })
    : plainText(http, text)
}

/** Counts one more. Past the limit nothing is logged or kept, so that strangers can't fill the disk. */
async function mayGoOn(
  request: Request,
  reason: RefusedCallback['reason'],
  why: string,
  params: Params,
): Promise<boolean> {
  try {
    const { allowsTraffic, callbackInbox, log } = await getDeps()
    const network = networkOf(request.headers.get('x-client-ip'))
    const allowed = allowsTraffic('callback', `ip:${network}`)
    if (!allowed) return false
    log.warn({ refusal: reason }, 'callback refused')
    // From however many addresses they come, no more is written than what one of them may send.
    if (allowsTraffic('callback', 'kept'))
      await callbackInbox.keepRefused({ reason, why, network, ...saidBy(params) })
    return true
  } catch (error) {
    // If it can't be counted, it is still refused.
    await judgeError(error, '/api/cardzo/callback')
    return true
  }
}

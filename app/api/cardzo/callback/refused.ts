/** Refused callbacks are counted, and limited by address. Correctly signed ones are never limited. */
import { Counter, Registry } from 'prom-client'
import { judgeError } from '#app/_server/away.ts'
import { getDeps } from '#app/_server/deps.ts'
import { plainText } from '#app/_server/plain-answer.ts'
import { networkOf } from '#lib/services/sign-in/guesses.ts'
import type { CallbackRefusal } from '#lib/services/order/record-callback.ts'

type Counted = CallbackRefusal | 'too_many'

// The web server bundles this module several times; the counters exist once per process.
const shared = globalThis as typeof globalThis & {
  payoutPortalCallbacks?: { registry: Registry; refused: Counter }
}

function counters() {
  return (shared.payoutPortalCallbacks ??= makeCounters())
}

function makeCounters() {
  const registry = new Registry()
  const refused = new Counter({
    name: 'payout_portal_callbacks_refused_total',
    help: 'Callbacks that this web server did not take, by reason.',
    labelNames: ['reason'],
    registers: [registry],
  })
  const reasons = {
    malformed: 0,
    wrong_control: 0,
    shifted_ids: 0,
    too_many: 0,
    intake_full: 0,
    not_stored: 0,
  } satisfies Record<Counted, number>
  for (const [reason, count] of Object.entries(reasons)) refused.inc({ reason }, count)
  return { registry, refused }
}

/** In Prometheus' text format, as counted by this process since it started. */
export const exposeRefusedCallbacks = (): Promise<string> => counters().registry.metrics()

/** The answer to a callback that was not stored. If that is our own fault, it doesn't count against the sender. */
export async function refuseCallback(
  request: Request,
  refusal: CallbackRefusal,
  http: number,
  text: string,
): Promise<Response> {
  const ours = refusal === 'intake_full' || refusal === 'not_stored'
  const tooMany = !ours && !(await mayGoOn(request, refusal))
  counters().refused.inc({ reason: tooMany ? 'too_many' : refusal })
  return tooMany
    ? plainText(429, 'Too many refused messages from this address.', { 'Retry-After': '60' })
    : plainText(http, text)
}

/** Counts one more. Past the limit nothing is logged, so that strangers can't fill the disk. */
async function mayGoOn(request: Request, refusal: CallbackRefusal): Promise<boolean> {
  try {
    const { allowsTraffic, log } = await getDeps()
    const allowed = allowsTraffic('callback', `ip:${networkOf(request.headers.get('x-client-ip'))}`)
    if (allowed) log.warn({ refusal }, 'callback refused')
    return allowed
  } catch (error) {
    // If it can't be counted, it is still refused.
    await judgeError(error, '/api/cardzo/callback')
    return true
  }
}

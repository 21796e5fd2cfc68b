import { bodyMaxBytes, parseForm, readForm } from '#app/_server/body.ts'
import type { Form } from '#app/_server/body.ts'
import { getDeps } from '#app/_server/deps.ts'
import { judgeError } from '#app/_server/away.ts'
import { otherMethods } from '#app/_server/methods.ts'
import { plainText } from '#app/_server/plain-answer.ts'
import { processMetrics } from '#app/_server/process-metrics.ts'
import { recordCallback } from '#lib/services/order/record-callback.ts'
import { refuseCallback } from './refused.ts'

/** Cardzo calls back with the parameters in the query. */
export function GET(request: Request): Promise<Response> {
  return receive(request, parseForm(Buffer.from(new URL(request.url).search.slice(1))))
}

/** Cardzo calls back with a form. A query beside it is ignored. */
export async function POST(request: Request): Promise<Response> {
  const form = await readForm(request)
  if (form.ok) return receive(request, form.value)
  switch (form.code) {
    case 'too_large':
      return refuseCallback(request, 'malformed', 413, `The body may have at most ${bodyMaxBytes} bytes.`)
    case 'unsupported_media_type':
      return malformed(request, 'The body must be application/x-www-form-urlencoded.')
    case 'invalid_request':
      return malformed(request, 'The body must be a form.')
  }
}

export const { PUT, PATCH, DELETE, OPTIONS } = otherMethods('GET, HEAD, OPTIONS, POST')

const malformed = (request: Request, text: string, params?: Form['pairs']) =>
  refuseCallback(request, 'malformed', 400, text, params)

/** Parameters that decide something. Others may be partly unreadable: Cardzo would repeat a refused callback for fourteen days. */
const deciding = [
  'status',
  'orderid',
  'client_orderid',
  'merchant_order',
  'control',
  'type',
  'transaction-type',
]

/** Passes a readable callback on. On anything but 200 Cardzo sends it again. */
async function receive(request: Request, { pairs: params, broken }: Form): Promise<Response> {
  if (new Set(params.map(([name]) => name)).size < params.length)
    return malformed(request, 'A parameter was given twice.', params)
  const unreadable = deciding.find((name) => broken.has(name))
  if (unreadable !== undefined) return malformed(request, `${unreadable} can't be read.`, params)
  try {
    const { http, text, refusal } = await recordCallback(await getDeps(), params)
    if (refusal !== null) return await refuseCallback(request, refusal, http, text, params)
    processMetrics().callbacksStored.inc()
    return plainText(http, text)
  } catch (error) {
    // Whatever went wrong here, it is not stored, so Cardzo must send it again.
    await judgeError(error, '/api/cardzo/callback')
    return refuseCallback(request, 'not_stored', 503, 'Not stored. Please send it again.')
  }
}

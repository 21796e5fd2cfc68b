import { apiPath, apiRoute, made } from '#app/_server/api.ts'
import { readNoBody } from '#app/_server/body.ts'
import { otherMethods } from '#app/_server/methods.ts'
import { refusalProblem } from '#app/_server/problem.ts'
import { retryByApi } from '#lib/services/payout/retry-by-api.ts'

/** Makes a new payout for one that ended unpaid, once. Needs no body; one sent as JSON must be JSON. */
export const POST = apiRoute<{ id: string }>(async ({ deps, actor, request, params }) => {
  const body = await readNoBody(request)
  if (!body.ok) return refusalProblem(body)
  const idempotencyKey = request.headers.get('idempotency-key')
  const result = await retryByApi(deps, actor, { id: params.id, idempotencyKey })
  if (!result.ok) return refusalProblem(result)
  return made(result.payout, { again: result.replayed, location: apiPath('payouts', result.payout.id) })
})

export const { GET, HEAD, PUT, PATCH, DELETE, OPTIONS } = otherMethods('OPTIONS, POST')

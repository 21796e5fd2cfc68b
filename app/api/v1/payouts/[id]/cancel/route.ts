import { apiRoute, json } from '#app/_server/api.ts'
import { readNoBody } from '#app/_server/body.ts'
import { otherMethods } from '#app/_server/methods.ts'
import { refusalProblem } from '#app/_server/problem.ts'
import { cancelPayout } from '#lib/services/payout/cancel-payout.ts'

/** Cancels a payout until payout-pay is claimed. Needs no body; one sent as JSON must be JSON. */
export const POST = apiRoute<{ id: string }>(async ({ deps, actor, request, params }) => {
  const body = await readNoBody(request)
  if (!body.ok) return refusalProblem(body)
  const result = await cancelPayout(deps, actor, { id: params.id })
  return result.ok ? json(result.payout) : refusalProblem(result)
})

export const { GET, HEAD, PUT, PATCH, DELETE, OPTIONS } = otherMethods('OPTIONS, POST')

import { apiRoute, json } from '#app/_server/api.ts'
import { otherMethods } from '#app/_server/methods.ts'
import { refusalProblem } from '#app/_server/problem.ts'
import { cancelPayout } from '#lib/services/cancel-payout.ts'

/** Takes a payout back, until payout-pay is claimed. A body is neither needed nor read. */
export const POST = apiRoute<{ id: string }>(async ({ deps, actor, params }) => {
  const result = await cancelPayout(deps, actor, { id: params.id })
  return result.ok ? json(result.payout) : refusalProblem(result)
})

export const { GET, HEAD, PUT, PATCH, DELETE, OPTIONS } = otherMethods('OPTIONS, POST')

import { apiRoute, json } from '#app/_server/api.ts'
import { otherMethods } from '#app/_server/methods.ts'
import { refusalProblem } from '#app/_server/problem.ts'
import { showPayout } from '#lib/services/payout/show-payout.ts'

/** The current state of one payout. */
export const GET = apiRoute<{ id: string }>(async ({ deps, actor, params }) => {
  const result = await showPayout(deps, actor, params.id)
  return result.ok ? json(result.payout) : refusalProblem(result)
})

export const { POST, PUT, PATCH, DELETE, OPTIONS } = otherMethods('GET, HEAD, OPTIONS')

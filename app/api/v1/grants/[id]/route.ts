import { apiRoute, json } from '#app/_server/api.ts'
import { otherMethods } from '#app/_server/methods.ts'
import { refusalProblem } from '#app/_server/problem.ts'
import { showGrant } from '#lib/services/balance/show-balances.ts'

/** One grant. */
export const GET = apiRoute<{ id: string }>(async ({ deps, actor, params }) => {
  const result = await showGrant(deps, actor, { id: params.id })
  return result.ok ? json(result.grant) : refusalProblem(result)
})

export const { POST, PUT, PATCH, DELETE, OPTIONS } = otherMethods('GET, HEAD, OPTIONS')

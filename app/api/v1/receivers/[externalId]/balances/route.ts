import { apiRoute, externalIdIn, json } from '#app/_server/api.ts'
import { otherMethods } from '#app/_server/methods.ts'
import { problem, refusalProblem } from '#app/_server/problem.ts'
import { showBalancesOf } from '#lib/services/balance/show-balances.ts'

/** One receiver's balances, by currency. */
export const GET = apiRoute(async ({ deps, actor, request }) => {
  const externalId = externalIdIn(request)
  if (externalId === null) return problem('not_found')
  const result = await showBalancesOf(deps, actor, { externalId })
  return result.ok ? json({ receiver: result.receiver, balances: result.balances }) : refusalProblem(result)
})

export const { POST, PUT, PATCH, DELETE, OPTIONS } = otherMethods('GET, HEAD, OPTIONS')

import { apiRoute, json } from '#app/_server/api.ts'
import { isStorable } from '#lib/payouts/storable.ts'
import { otherMethods } from '#app/_server/methods.ts'
import { problem, refusalProblem } from '#app/_server/problem.ts'
import { showBalancesOf } from '#lib/services/balance/show-balances.ts'

/** One receiver's balances, by currency. */
export const GET = apiRoute(async ({ deps, actor, request }) => {
  const externalId = externalIdIn(request.url)
  // No receiver can have an id that can't be stored.
  if (externalId === null || !isStorable(externalId)) return problem('not_found')
  const result = await showBalancesOf(deps, actor, { externalId })
  return result.ok ? json({ receiver: result.receiver, balances: result.balances }) : refusalProblem(result)
})

/** From the address itself, decoded once: an external id may contain a slash or a percent sign. */
function externalIdIn(url: string): string | null {
  try {
    return decodeURIComponent(/\/receivers\/([^/]+)\/balances$/.exec(new URL(url).pathname)?.[1] ?? '')
  } catch {
    return null
  }
}

export const { POST, PUT, PATCH, DELETE, OPTIONS } = otherMethods('GET, HEAD, OPTIONS')

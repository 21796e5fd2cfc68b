import { apiRoute, externalIdIn, json } from '#app/_server/api.ts'
import { otherMethods } from '#app/_server/methods.ts'
import { problem, refusalProblem } from '#app/_server/problem.ts'
import { readDestinationOf } from '#lib/services/destination/destinations-by-api.ts'

/** One saved destination, also a disabled one. */
export const GET = apiRoute<{ id: string }>(async ({ deps, actor, request, params }) => {
  const externalId = externalIdIn(request)
  if (externalId === null) return problem('not_found')
  const result = await readDestinationOf(deps, actor, { externalId, id: params.id })
  return result.ok ? json(result.destination) : refusalProblem(result)
})

export const { POST, PUT, PATCH, DELETE, OPTIONS } = otherMethods('GET, HEAD, OPTIONS')

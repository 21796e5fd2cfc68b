import { apiRoute, externalIdIn, json } from '#app/_server/api.ts'
import { readNoBody } from '#app/_server/body.ts'
import { otherMethods } from '#app/_server/methods.ts'
import { problem, refusalProblem } from '#app/_server/problem.ts'
import { disableDestinationOf } from '#lib/services/destination/destinations-by-api.ts'

/** Nobody can choose it from now on. Needs no body; one sent as JSON must be JSON. */
export const POST = apiRoute<{ id: string }>(async ({ deps, actor, request, params }) => {
  const externalId = externalIdIn(request)
  if (externalId === null) return problem('not_found')
  const body = await readNoBody(request)
  if (!body.ok) return refusalProblem(body)
  const result = await disableDestinationOf(deps, actor, { externalId, id: params.id })
  return result.ok ? json(result.destination) : refusalProblem(result)
})

export const { GET, HEAD, PUT, PATCH, DELETE, OPTIONS } = otherMethods('OPTIONS, POST')

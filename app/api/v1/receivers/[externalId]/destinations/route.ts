import { apiPath, apiRoute, externalIdIn, json, made, readList } from '#app/_server/api.ts'
import { readJson } from '#app/_server/body.ts'
import { otherMethods } from '#app/_server/methods.ts'
import { problem, refusalProblem } from '#app/_server/problem.ts'
import { pageQuery } from '#lib/contract/list-query.ts'
import { addDestinationFor, listDestinationsOf } from '#lib/services/destination/destinations-by-api.ts'

/** A receiver's saved destinations, newest first, page by page. */
export const GET = apiRoute(async ({ deps, actor, request }) => {
  const externalId = externalIdIn(request)
  if (externalId === null) return problem('not_found')
  const asked = readList(pageQuery, request)
  if (!asked.ok) return asked.response
  const result = await listDestinationsOf(deps, actor, { externalId, ...asked.query })
  if (!result.ok) return refusalProblem(result)
  return json({ data: result.data, nextCursor: result.nextCursor })
})

/** Saves a destination: 201, or 200 if this receiver has the same bank account already. */
export const POST = apiRoute(async ({ deps, actor, request }) => {
  const externalId = externalIdIn(request)
  if (externalId === null) return problem('not_found')
  const body = await readJson(request)
  if (!body.ok) return refusalProblem(body)
  const result = await addDestinationFor(deps, actor, { externalId, body: body.value })
  if (!result.ok) return refusalProblem(result)
  const location = apiPath('receivers', externalId, 'destinations', result.destination.id)
  return made(result.destination, { again: !result.made, location }, {})
})

export const { PUT, PATCH, DELETE, OPTIONS } = otherMethods('GET, HEAD, OPTIONS, POST')

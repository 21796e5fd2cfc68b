import { apiRoute, json, readList } from '#app/_server/api.ts'
import { otherMethods } from '#app/_server/methods.ts'
import { refusalProblem } from '#app/_server/problem.ts'
import { pageQuery } from '#lib/contract/list-query.ts'
import { listEvents } from '#lib/services/webhook/list-events.ts'

/** Events oldest first, from where the caller has read up to. */
export const GET = apiRoute(async ({ deps, actor, request }) => {
  const asked = readList(pageQuery, request)
  if (!asked.ok) return asked.response
  const result = await listEvents(deps, actor, asked.query)
  if (!result.ok) return refusalProblem(result)
  const { data, nextCursor, goneUntil } = result
  return json({ data, nextCursor, goneUntil })
})

export const { POST, PUT, PATCH, DELETE, OPTIONS } = otherMethods('GET, HEAD, OPTIONS')

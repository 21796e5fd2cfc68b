import { apiRoute, json, readList } from '#app/_server/api.ts'
import { otherMethods } from '#app/_server/methods.ts'
import { refusalProblem } from '#app/_server/problem.ts'
import { pageQuery } from '#lib/contract/list-query.ts'
import { listReceivers } from '#lib/services/receiver/list-receivers.ts'

/** Receivers newest first, page by page. */
export const GET = apiRoute(async ({ deps, actor, request }) => {
  const asked = readList(pageQuery, request)
  if (!asked.ok) return asked.response
  const result = await listReceivers(deps, actor, asked.query)
  if (!result.ok) return refusalProblem(result)
  return json({ data: result.data, nextCursor: result.nextCursor })
})

export const { POST, PUT, PATCH, DELETE, OPTIONS } = otherMethods('GET, HEAD, OPTIONS')

import { apiRoute, json, made, readList } from '#app/_server/api.ts'
import { readJson } from '#app/_server/body.ts'
import { otherMethods } from '#app/_server/methods.ts'
import { refusalProblem } from '#app/_server/problem.ts'
import { grantListQuery } from '#lib/contract/list-query.ts'
import { createGrant } from '#lib/services/balance/create-grant.ts'
import { listGrants } from '#lib/services/balance/show-balances.ts'

/** Another system grants a receiver money to ask for: 201, or 200 if it already did. */
export const POST = apiRoute(async ({ deps, actor, request }) => {
  const body = await readJson(request)
  if (!body.ok) return refusalProblem(body)
  const idempotencyKey = request.headers.get('idempotency-key')
  const result = await createGrant(deps, actor, { idempotencyKey, body: body.value })
  return result.ok ? made(result.grant, { again: result.replayed }) : refusalProblem(result)
})

/** Grants newest first, page by page. */
export const GET = apiRoute(async ({ deps, actor, request }) => {
  const asked = readList(grantListQuery, request)
  if (!asked.ok) return asked.response
  const result = await listGrants(deps, actor, asked.query)
  if (!result.ok) return refusalProblem(result)
  return json({ data: result.data, nextCursor: result.nextCursor })
})

export const { PUT, PATCH, DELETE, OPTIONS } = otherMethods('GET, HEAD, OPTIONS, POST')

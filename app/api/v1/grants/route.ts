import { apiRoute, json } from '#app/_server/api.ts'
import { readJson } from '#app/_server/body.ts'
import { readReceiverQuery } from '#app/_server/list-query.ts'
import { otherMethods } from '#app/_server/methods.ts'
import { refusalProblem } from '#app/_server/problem.ts'
import { refuse } from '#lib/payouts/refusals.ts'
import { createGrant } from '#lib/services/balance/create-grant.ts'
import { listGrants } from '#lib/services/balance/show-balances.ts'

/** Another system grants a receiver money to ask for: 201, or 200 if it already did. */
export const POST = apiRoute(async ({ deps, actor, request }) => {
  const body = await readJson(request)
  if (!body.ok) return refusalProblem(body)
  const idempotencyKey = request.headers.get('idempotency-key')
  const result = await createGrant(deps, actor, { idempotencyKey, body: body.value })
  if (!result.ok) return refusalProblem(result)
  if (result.replayed) return json(result.grant, { headers: { 'Idempotent-Replayed': 'true' } })
  return json(result.grant, { status: 201 })
})

/** The latest grants, newest first. */
export const GET = apiRoute(async ({ deps, actor, request }) => {
  const asked = readReceiverQuery(new URL(request.url).searchParams)
  if (!asked.ok) return refusalProblem(refuse('invalid_request', { errors: asked.errors }))
  const result = await listGrants(deps, actor, asked.query)
  return result.ok ? json({ data: result.data }) : refusalProblem(result)
})

export const { PUT, PATCH, DELETE, OPTIONS } = otherMethods('GET, HEAD, OPTIONS, POST')

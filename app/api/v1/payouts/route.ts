import { apiRoute, json } from '#app/_server/api.ts'
import { readJson } from '#app/_server/body.ts'
import { readListQuery } from '#app/_server/list-query.ts'
import { otherMethods } from '#app/_server/methods.ts'
import { refusalProblem } from '#app/_server/problem.ts'
import { refuse } from '#lib/payouts/refusals.ts'
import { createPayout } from '#lib/services/payout/create-payout.ts'
import { listPayouts } from '#lib/services/payout/list-payouts.ts'

/** Another system asks for a payout: 201, or 200 if it already did. */
export const POST = apiRoute(async ({ deps, actor, request }) => {
  const body = await readJson(request)
  if (!body.ok) return refusalProblem(body)
  const idempotencyKey = request.headers.get('idempotency-key')
  const result = await createPayout(deps, actor, { idempotencyKey, body: body.value })
  if (!result.ok) return refusalProblem(result)
  if (result.replayed) return json(result.payout, { headers: { 'Idempotent-Replayed': 'true' } })
  return json(result.payout, { status: 201, headers: { Location: `/api/v1/payouts/${result.payout.id}` } })
})

/** Payouts newest first, page by page. */
export const GET = apiRoute(async ({ deps, actor, request }) => {
  const asked = readListQuery(new URL(request.url).searchParams)
  if (!asked.ok) return refusalProblem(refuse('invalid_request', { errors: asked.errors }))
  const result = await listPayouts(deps, actor, asked.query)
  if (!result.ok) return refusalProblem(result)
  return json({ data: result.data, nextCursor: result.nextCursor })
})

export const { PUT, PATCH, DELETE, OPTIONS } = otherMethods('GET, HEAD, OPTIONS, POST')

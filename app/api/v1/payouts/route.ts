import { apiPath, apiRoute, json, made, readList } from '#app/_server/api.ts'
import { readJson } from '#app/_server/body.ts'
import { otherMethods } from '#app/_server/methods.ts'
import { refusalProblem } from '#app/_server/problem.ts'
import { payoutListQuery } from '#lib/contract/list-query.ts'
import { createPayout } from '#lib/services/payout/create-payout.ts'
import { listPayouts } from '#lib/services/payout/list-payouts.ts'

/** Another system asks for a payout: 201, or 200 if it already did. */
export const POST = apiRoute(async ({ deps, actor, request }) => {
  const body = await readJson(request)
  if (!body.ok) return refusalProblem(body)
  const idempotencyKey = request.headers.get('idempotency-key')
  const result = await createPayout(deps, actor, { idempotencyKey, body: body.value })
  if (!result.ok) return refusalProblem(result)
  return made(result.payout, { again: result.replayed, location: apiPath('payouts', result.payout.id) })
})

/** Payouts newest first, page by page. */
export const GET = apiRoute(async ({ deps, actor, request }) => {
  const asked = readList(payoutListQuery, request)
  if (!asked.ok) return asked.response
  const { status: statuses, ...rest } = asked.query
  const result = await listPayouts(deps, actor, { statuses, ...rest })
  if (!result.ok) return refusalProblem(result)
  return json({ data: result.data, nextCursor: result.nextCursor })
})

export const { PUT, PATCH, DELETE, OPTIONS } = otherMethods('GET, HEAD, OPTIONS, POST')

import { apiRoute, json } from '#app/_server/api.ts'
import { readNoBody } from '#app/_server/body.ts'
import { otherMethods } from '#app/_server/methods.ts'
import { refusalProblem } from '#app/_server/problem.ts'
import { batchView } from '#lib/services/batch/batch-view.ts'
import { cancelBatch } from '#lib/services/batch/cancel-batch.ts'

/** Cancels a batch; also when repeated. Needs no body; one sent as JSON must be JSON. */
export const POST = apiRoute<{ id: string }>(async ({ deps, actor, request, params }) => {
  const body = await readNoBody(request)
  if (!body.ok) return refusalProblem(body)
  const result = await cancelBatch(deps, actor, { id: params.id })
  return result.ok ? json(batchView(result.batch)) : refusalProblem(result)
})

export const { GET, PUT, PATCH, DELETE, OPTIONS } = otherMethods('OPTIONS, POST')

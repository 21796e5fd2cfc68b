import { apiRoute, json } from '#app/_server/api.ts'
import { otherMethods } from '#app/_server/methods.ts'
import { refusalProblem } from '#app/_server/problem.ts'
import { batchView } from '#lib/services/batch/batch-view.ts'
import { showBatch } from '#lib/services/batch/show-batch.ts'

/** A batch, and what its payouts have come to. */
export const GET = apiRoute<{ id: string }>(async ({ deps, actor, params }) => {
  const result = await showBatch(deps, actor, params)
  return result.ok ? json(batchView(result.batch, result.progress)) : refusalProblem(result)
})

export const { POST, PUT, PATCH, DELETE, OPTIONS } = otherMethods('GET, HEAD, OPTIONS')

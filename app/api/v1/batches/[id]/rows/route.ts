import { apiRoute, json, readList } from '#app/_server/api.ts'
import { otherMethods } from '#app/_server/methods.ts'
import { refusalProblem } from '#app/_server/problem.ts'
import { batchRowsQuery } from '#lib/contract/list-query.ts'
import { batchRowView } from '#lib/services/batch/batch-view.ts'
import { listBatchRows } from '#lib/services/batch/show-batch.ts'
import { bookFor } from '#lib/services/payout/failure-words.ts'

/** The rows of a batch in their order, each with its errors and its payout. */
export const GET = apiRoute<{ id: string }>(async ({ deps, actor, request, params }) => {
  const asked = readList(batchRowsQuery, request)
  if (!asked.ok) return asked.response
  const { rows: which, ...page } = asked.query
  const result = await listBatchRows(deps, actor, { id: params.id, ...(which && { which }), ...page })
  if (!result.ok) return refusalProblem(result)
  const book = await bookFor(deps, ...result.rows.flatMap(({ payout }) => payout ?? []))
  return json({
    data: result.rows.map((row) => batchRowView(deps.config, row, book)),
    nextCursor: result.nextCursor,
  })
})

export const { POST, PUT, PATCH, DELETE, OPTIONS } = otherMethods('GET, HEAD, OPTIONS')

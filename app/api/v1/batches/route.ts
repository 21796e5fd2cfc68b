import { apiRoute, json, readList } from '#app/_server/api.ts'
import { readJson } from '#app/_server/body.ts'
import { otherMethods } from '#app/_server/methods.ts'
import { refusalProblem } from '#app/_server/problem.ts'
import { batchRequestSchema } from '#lib/contract/batch.ts'
import { batchListQuery } from '#lib/contract/list-query.ts'
import { absentNulls } from '#lib/contract/absent-nulls.ts'
import { describeIssue } from '#lib/contract/describe-issue.ts'
import { issueWords } from '#lib/contract/issue-words.ts'
import { refuse } from '#lib/payouts/refusals.ts'
import { batchView } from '#lib/services/batch/batch-view.ts'
import { checkBatch } from '#lib/services/batch/check-batch.ts'
import { batchFileMaxBytes } from '#lib/services/batch/read-batch.ts'
import { listBatches } from '#lib/services/batch/show-batch.ts'

/** Another system hands in many payouts, to be checked: 201, or 200 with the batch of these very rows if it was submitted. */
export const POST = apiRoute(async ({ deps, actor, request }) => {
  const body = await readJson(request, batchFileMaxBytes)
  if (!body.ok) return refusalProblem(body)
  const read = batchRequestSchema.safeParse(absentNulls(batchRequestSchema, body.value), {
    error: issueWords,
  })
  if (!read.success)
    return refusalProblem(refuse('invalid_request', { errors: read.error.issues.flatMap(describeIssue) }))
  const { name = 'API', rows } = read.data
  const result = await checkBatch(deps, actor, { name, rows })
  if (!result.ok) return refusalProblem(result)
  if (!result.batch) throw new Error('Bug: rows of the right number that are no batch')
  const { id } = result.batch
  return json(batchView(result.batch), {
    status: result.again ? 200 : 201,
    headers: { Location: `/api/v1/batches/${id}` },
  })
})

/** Batches newest first, page by page. */
export const GET = apiRoute(async ({ deps, actor, request }) => {
  const asked = readList(batchListQuery, request)
  if (!asked.ok) return asked.response
  const result = await listBatches(deps, actor, asked.query)
  if (!result.ok) return refusalProblem(result)
  return json({ data: result.batches.map((batch) => batchView(batch)), nextCursor: result.nextCursor })
})

export const { PUT, PATCH, DELETE, OPTIONS } = otherMethods('GET, HEAD, OPTIONS, POST')

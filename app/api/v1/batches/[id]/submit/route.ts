import { apiRoute, json } from '#app/_server/api.ts'
import { readNoBody } from '#app/_server/body.ts'
import { otherMethods } from '#app/_server/methods.ts'
import { refusalProblem } from '#app/_server/problem.ts'
import { batchSubmitSchema } from '#lib/contract/batch.ts'
import { describeIssue } from '#lib/contract/describe-issue.ts'
import { issueWords } from '#lib/contract/issue-words.ts'
import { refuse } from '#lib/payouts/refusals.ts'
import { batchView } from '#lib/services/batch/batch-view.ts'
import { submitBatch } from '#lib/services/batch/submit-batch.ts'

/** Asks for the payouts of a checked batch; also when repeated. */
export const POST = apiRoute<{ id: string }>(async ({ deps, actor, request, params }) => {
  const body = await readNoBody(request)
  if (!body.ok) return refusalProblem(body)
  const read = batchSubmitSchema.safeParse(body.value === undefined ? {} : body.value, { error: issueWords })
  if (!read.success)
    return refusalProblem(refuse('invalid_request', { errors: read.error.issues.flatMap(describeIssue) }))
  const result = await submitBatch(deps, actor, { id: params.id, leaveOut: read.data.leaveOut })
  return result.ok ? json(batchView(result.batch)) : refusalProblem(result)
})

export const { GET, PUT, PATCH, DELETE, OPTIONS } = otherMethods('OPTIONS, POST')

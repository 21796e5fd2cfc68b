import { apiRoute, apiPath, externalIdIn, json, made } from '#app/_server/api.ts'
import { readJson } from '#app/_server/body.ts'
import { otherMethods } from '#app/_server/methods.ts'
import { problem, refusalProblem } from '#app/_server/problem.ts'
import { readReceiver } from '#lib/services/receiver/list-receivers.ts'
import { saveReceiver } from '#lib/services/receiver/save-receiver.ts'

/** One receiver. */
export const GET = apiRoute(async ({ deps, actor, request }) => {
  const externalId = externalIdIn(request)
  if (externalId === null) return problem('not_found')
  const result = await readReceiver(deps, actor, { externalId })
  return result.ok ? json(result.receiver) : refusalProblem(result)
})

/** Names a receiver: 201 if nobody had before. */
export const PUT = apiRoute(async ({ deps, actor, request }) => {
  const externalId = externalIdIn(request)
  if (externalId === null) return problem('not_found')
  const body = await readJson(request)
  if (!body.ok) return refusalProblem(body)
  const result = await saveReceiver(deps, actor, { externalId, body: body.value })
  if (!result.ok) return refusalProblem(result)
  const location = apiPath('receivers', result.receiver.externalId)
  return made(result.receiver, { again: !result.made, location }, {})
})

export const { POST, PATCH, DELETE, OPTIONS } = otherMethods('GET, HEAD, OPTIONS, PUT')

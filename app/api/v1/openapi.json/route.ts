import { json } from '#app/_server/api.ts'
import { otherMethods } from '#app/_server/methods.ts'
import { describeApi } from '#app/_server/openapi/describe-api.ts'

export const dynamic = 'force-dynamic'

/** Describes /api/v1; public, so that developers can read it before they have a key. */
export function GET(): Response {
  return json(describeApi())
}

export const { POST, PUT, PATCH, DELETE, OPTIONS } = otherMethods('GET, HEAD, OPTIONS')

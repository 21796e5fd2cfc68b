/** What every call of another system goes through: it is authenticated, counted, and always answered in JSON. */
import type { Actor } from '#lib/payouts/permissions.ts'
import { authenticateApiKey } from '#lib/services/key/authenticate-api-key.ts'
import type { Deps } from '#lib/services/ports.ts'
import { WholeResponse } from '#lib/runtime/whole-response.ts'
import { judgeError } from './away.ts'
import { getDeps } from './deps.ts'
import { guardHeaders, problem, refusalProblem } from './problem.ts'

type ApiCall<Params> = { deps: Deps; actor: Actor; request: Request; params: Params }

/**
 * A route handler around `answer`: 401 before anything else, 429 when this key asks too often, 503 while the database is
 * away, 500 without details for a bug.
 */
export function apiRoute<Params = unknown>(answer: (call: ApiCall<Params>) => Promise<Response>) {
  return async (request: Request, context: { params: Promise<Params> }): Promise<Response> => {
    try {
      const deps = await getDeps()
      const caller = await authenticateApiKey(deps, bearerOf(request))
      if (!caller.ok) return refusalProblem(caller)
      const { actor } = caller
      if (!deps.allowsTraffic('api', actor.id)) return problem('rate_limited')
      return await answer({ deps, actor, request, params: await context.params })
    } catch (error) {
      return problem(await judgeError(error, `${request.method} /api/v1`))
    }
  }
}

/** The key of `Authorization: Bearer <key>` (RFC 6750 section 2.1), empty when there is none. */
export function bearerOf(request: Request): string {
  return /^Bearer +([!-~]+) *$/i.exec(request.headers.get('authorization') ?? '')?.[1] ?? ''
}

/** A good answer. */
export function json(
  value: unknown,
  init: { status?: number; headers?: Record<string, string> } = {},
): Response {
  return new WholeResponse(JSON.stringify(value), {
    status: init.status ?? 200,
    headers: { 'Content-Type': 'application/json', ...guardHeaders, ...init.headers },
  })
}

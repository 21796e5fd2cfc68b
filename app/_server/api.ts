/** What every call of another system goes through: it is authenticated, counted, named, and always answered in JSON. */
import { randomUUID } from 'node:crypto'
import type { z } from 'zod'
import type { Actor } from '#lib/payouts/permissions.ts'
import { isStorable } from '#lib/payouts/storable.ts'
import { authenticateApiKey } from '#lib/services/key/authenticate-api-key.ts'
import type { Deps } from '#lib/services/ports.ts'
import { WholeResponse } from '#lib/runtime/whole-response.ts'
import { judgeError } from './away.ts'
import { getDeps } from './deps.ts'
import { readQuery } from './list-query.ts'
import { guardHeaders, problem, refusalProblem } from './problem.ts'

type ApiCall<Params> = { deps: Deps; actor: Actor; request: Request; params: Params }

/**
 * A route handler around `answer`: 401 before anything else, 429 when this key asks too often, 503 while the database is
 * away, 500 without details for a bug. Each answer has an `X-Request-Id`, by which our log names what went wrong.
 */
export function apiRoute<Params = unknown>(answer: (call: ApiCall<Params>) => Promise<Response>) {
  return async (request: Request, context: { params: Promise<Params> }): Promise<Response> => {
    const requestId = requestIdOf(request)
    const response = await answered(request, context, requestId)
    response.headers.set('X-Request-Id', requestId)
    return response
  }

  async function answered(
    request: Request,
    context: { params: Promise<Params> },
    requestId: string,
  ): Promise<Response> {
    try {
      const deps = await getDeps()
      const caller = await authenticateApiKey(deps, bearerOf(request))
      if (!caller.ok) return refusalProblem(caller)
      const { actor } = caller
      if (!deps.allowsTraffic('api', actor.id)) return problem('rate_limited')
      return await answer({ deps, actor, request, params: await context.params })
    } catch (error) {
      return problem(await judgeError(error, `${request.method} /api/v1`, requestId))
    }
  }
}

/** The caller's own name for this request, if it is a plain one, so that one name leads through all logs; else a new one. */
function requestIdOf(request: Request): string {
  const given = request.headers.get('x-request-id') ?? ''
  return /^[\w.:-]{1,128}$/.test(given) ? given : randomUUID()
}

/** The key of `Authorization: Bearer <key>` (RFC 6750 section 2.1), empty when there is none. */
export function bearerOf(request: Request): string {
  return /^Bearer +([!-~]+) *$/i.exec(request.headers.get('authorization') ?? '')?.[1] ?? ''
}

/** A good answer to a request that makes something: 201, or 200 if it was made before (`again`). */
export function made(
  value: unknown,
  { again, location }: { again: boolean; location?: string },
  marks: Record<string, string> = { 'Idempotent-Replayed': 'true' },
): Response {
  if (again) return json(value, { headers: marks })
  return json(value, { status: 201, ...(location !== undefined && { headers: { Location: location } }) })
}

/** The address of one thing of the API. */
export const apiPath = (...parts: string[]): string => ['/api/v1', ...parts.map(encodeURIComponent)].join('/')

/**
 * The external id in an address below /receivers, decoded once, because it may contain a slash or a percent sign. Null when no receiver can
 * have it.
 */
export function externalIdIn(request: Request): string | null {
  try {
    const id = decodeURIComponent(/\/receivers\/([^/]+)/.exec(new URL(request.url).pathname)?.[1] ?? '')
    return id !== '' && isStorable(id) ? id : null
  } catch {
    return null
  }
}

/** The query of a list, as `schema` reads it; or the refusal. */
export function readList<Schema extends z.ZodObject>(
  schema: Schema,
  request: Request,
): { ok: true; query: z.output<Schema> } | { ok: false; response: Response } {
  const read = readQuery(schema, new URL(request.url).searchParams)
  return read.ok ? read : { ok: false, response: problem('invalid_request', { errors: read.errors }) }
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

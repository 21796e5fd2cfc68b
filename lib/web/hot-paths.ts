/**
 * The addresses that programs call often, answered before the framework sees the request, by the same route handlers that the framework
 * would call. Whatever isn't in the table in its plainest form goes to the framework: docs/decisions/0015-hot-paths-before-the-framework.md.
 */
import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http'
import { promisify } from 'node:util'
import { gzip } from 'node:zlib'
import { getRequestListener } from '@hono/node-server'
import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response'
import * as callback from '#app/api/cardzo/callback/route.ts'
import * as live from '#app/api/health/live/route.ts'
import * as ready from '#app/api/health/ready/route.ts'
import * as payEvents from '#app/api/pay/[token]/events/route.ts'
import * as payStatus from '#app/api/pay/[token]/status/route.ts'
import { WholeResponse } from '#lib/runtime/whole-response.ts'
import { apiRoutes } from './api-routes.ts'
import { pathOf } from './paths.ts'
import { methods } from './route-module.ts'
import type { Method, RouteModule } from './route-module.ts'
import { staticFiles, staticPrefix } from './static-files.ts'

/** An address is answered by the first that fits. `[name]` is any one part of it; `[[...path]]` at the end is whatever is left. */
const hotRoutes: Record<string, RouteModule> = {
  '/api/cardzo/callback': callback,
  '/api/pay/[token]/status': payStatus,
  // Through the framework a stream takes more than twice the memory.
  '/api/pay/[token]/events': payEvents,
  '/api/health/live': live,
  '/api/health/ready': ready,
  [`${staticPrefix}/[[...path]]`]: staticFiles('.next/static'),
  ...apiRoutes,
}

/** Ends when the answer is sent. */
type Answer = (request: IncomingMessage, response: ServerResponse) => Promise<void>
/** Hears of what a handler threw, and at which address of the table. */
type Report = (error: unknown, about: { route: string; routeType: 'route'; method: Method }) => void

/**
 * Says who answers a request; undefined: the framework. A handler that throws is reported, and the caller gets a bare 500, as from the
 * framework.
 */
export function hotPaths(
  report: Report,
  routes: Record<string, RouteModule> = hotRoutes,
): (request: IncomingMessage) => Answer | undefined {
  const table = Object.entries(routes).map(([pattern, module]) => {
    const shape = shapeOf(pattern)
    return { module, shape, answer: answerBy(pattern, shape, module, report) }
  })
  return ({ method, url = '', headers }) => {
    const path = pathOf(url)
    if (!isMethod(method) || !plainPath.test(path) || !plainHost.test(headers.host ?? '')) return undefined
    if (headers['rsc'] !== undefined) return undefined
    const route = table.find(({ shape }) => shape.test(path))
    return route && handlerFor(route.module, method) && route.answer
  }
}

const handlerFor = (module: RouteModule, method: Method) =>
  module[method] ?? (method === 'HEAD' ? module.GET : undefined)

const isMethod = (method: string | undefined): method is Method =>
  (methods as readonly unknown[]).includes(method)

/** Every other spelling of an address (`//`, `%61`, a slash at the end) the framework redirects or decodes. */
const plainPath = /^(\/[\w~-][\w.~-]*)+$/
/** Odd ones are the framework's to judge. */
const plainHost = /^([\w.-]+|\[[\da-f:]+\])(:\d{1,5})?$/i

/** An address of the table as an expression, with a group for each of its parameters. */
const shapeOf = (pattern: string) =>
  new RegExp(
    `^${pattern
      .replace(/\/\[\[\.{3}\w+\]\]$/, '(?:/.*)?')
      .replaceAll(/\[(\w+)\]/g, '(?<$1>[^/]+)')
      .replaceAll(/\.(?!\*)/g, '\\.')}$`,
  )

function answerBy(route: string, shape: RegExp, module: RouteModule, report: Report): Answer {
  const listen = getRequestListener(
    async (request, { incoming, outgoing }) => {
      const method = request.method as Method
      try {
        const handle = handlerFor(module, method)
        if (!handle) throw new Error(`${method} ${route} has no handler`)
        const params = shape.exec(pathOf(incoming.url ?? ''))?.groups
        const response = await handle(request, { params: Promise.resolve({ ...params } as never) })
        const packed = await compressed(response, incoming.headers['accept-encoding'])
        if (!(packed instanceof WholeResponse)) return packed
        // Our server speaks HTTP/1.1 alone.
        sendWhole(outgoing as ServerResponse, packed)
        return RESPONSE_ALREADY_SENT
      } catch (error) {
        // A client that went away is not our error.
        if (!incoming.destroyed) report(error, { route, routeType: 'route', method })
        return new Response(null, { status: 500 })
      }
    },
    // The framework shares this process, and must find the platform's own Request and Response.
    { overrideGlobalObjects: false },
  )
  return async (request, response) => {
    // The adapter reads some headers as they were sent, where ours would be missing and a stranger's would be in their place.
    request.rawHeaders = rawOf(request.headers)
    await listen(request, response)
  }
}

function sendWhole(outgoing: ServerResponse, { status, headers, whole }: WholeResponse): void {
  outgoing.writeHead(status, { ...Object.fromEntries(headers), 'content-length': Buffer.byteLength(whole) })
  outgoing.end(whole)
}

function rawOf(headers: IncomingHttpHeaders): string[] {
  const raw: string[] = []
  for (const [name, value] of Object.entries(headers)) {
    if (typeof value === 'string') raw.push(name, value)
    else for (const one of value ?? []) raw.push(name, one)
  }
  return raw
}

/** Shorter answers fit into one packet anyway. */
const compressFromBytes = 1024
const inGzip = promisify(gzip)

/** The framework compresses what the caller takes compressed, and so do we, if it is worth it. Streams stay as they are. */
async function compressed(response: Response, accepted: string | string[] | undefined): Promise<Response> {
  if (!takesGzip(String(accepted)) || !isJson(response)) return response
  if (response instanceof WholeResponse && Buffer.byteLength(response.whole) < compressFromBytes)
    return response
  const { status, headers } = response
  const body = await response.bytes()
  if (body.length < compressFromBytes) return new Response(body, { status, headers })
  headers.set('Content-Encoding', 'gzip')
  headers.append('Vary', 'Accept-Encoding')
  return new Response(await inGzip(body), { status, headers })
}

const takesGzip = (accepted: string) => /\bgzip\b(?!\s*;\s*q=0(\.0*)?\s*(,|$))/i.test(accepted)
const isJson = ({ headers }: Response) => /\bjson\b/.test(headers.get('content-type') ?? '')

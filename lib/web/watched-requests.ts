/** Every request, measured by class of address and, while traces are on, a span of its own, in which its acts on payouts are linked. */
import type { IncomingMessage, ServerResponse } from 'node:http'
import { processMetrics } from '#lib/runtime/watch/metrics.ts'
import { inSpan } from '#lib/runtime/watch/traces.ts'
import { pathOf } from './paths.ts'
import { methodClassOf, routeClassOf, statusClassOf, streamClass } from './route-class.ts'

type Handler = (request: IncomingMessage, response: ServerResponse) => Promise<void>

/** Asked for all the time, or as long as a page is open: spans of these would hide the others. */
const untraced = ['/_next', '/api/health', '/api/metrics', '/api/brand', streamClass]

export function watchedRequests(handle: Handler): Handler {
  const { requests, requestsOpen, streams } = processMetrics()
  return (request, response) => {
    const route = routeClassOf(pathOf(request.url ?? ''))
    const method = methodClassOf(request.method)
    const isStream = route === streamClass
    const open = isStream ? streams : requestsOpen
    const began = performance.now()
    open.inc()
    response.once('close', () => {
      open.dec()
      if (isStream) return
      const status = statusClassOf(response.statusCode, response.writableFinished)
      requests.observe({ route, method, status }, (performance.now() - began) / 1000)
    })
    if (untraced.includes(route)) return handle(request, response)
    // Only other systems have traces of their own; what a browser sends may be anything.
    const traceparent = route.startsWith('/api/v1') ? request.headers['traceparent'] : undefined
    const facts = { 'http.request.method': method, 'http.route': route }
    return inSpan(
      `${method} ${route}`,
      { kind: 'server', facts, ...(typeof traceparent === 'string' && { traceparent }) },
      async (span) => {
        await handle(request, response)
        span?.set({ 'http.response.status_code': response.statusCode })
      },
    )
  }
}

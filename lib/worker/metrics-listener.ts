/**
 * GET /metrics of one worker, for Prometheus: only where METRICS_PORT is set. What is true of the whole installation is at /api/metrics of
 * the web servers. Reads nothing from the database.
 */
import { createServer } from 'node:http'
import type { IncomingMessage } from 'node:http'
import { isWithin, loopback } from '#lib/runtime/addresses.ts'
import { sameSecret } from '#lib/runtime/same-secret.ts'
import { processMetrics } from '#lib/runtime/watch/metrics.ts'
import type { Log } from '#lib/services/ports.ts'

type Listener = { port: number; host: string }
type Answer = { status: number; text: string; type?: string }

/** Metrics are no reason to stop paying: a port that is taken is logged, and the worker goes on. */
export async function listenForMetrics(
  at: Listener,
  token: string | undefined,
  log: Log,
): Promise<{ port: number; close: () => Promise<void> } | null> {
  const server = createServer((request, response) => {
    void answer(request, token)
      .catch((error: unknown): Answer => {
        log.error({ err: error }, 'the metrics could not be told')
        return { status: 500, text: 'The metrics could not be told.\n' }
      })
      .then(({ status, text, type = 'text/plain; charset=utf-8' }) => {
        response.writeHead(status, {
          'Content-Type': type,
          'Cache-Control': 'no-store',
          'X-Content-Type-Options': 'nosniff',
          ...(status === 401 && { 'WWW-Authenticate': 'Bearer realm="metrics"' }),
        })
        response.end(request.method === 'HEAD' ? undefined : text)
      })
  })
  try {
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject)
      server.listen(at.port, at.host, resolve)
    })
  } catch (error) {
    log.error(
      { err: error, port: at.port },
      'METRICS_PORT cannot be listened on; this worker shows no metrics',
    )
    return null
  }
  const address = server.address()
  return {
    port: typeof address === 'object' && address ? address.port : at.port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

async function answer(request: IncomingMessage, token: string | undefined): Promise<Answer> {
  const path = (request.url ?? '').split('?', 1)[0]
  if (path !== '/metrics') return { status: 404, text: 'The metrics are at /metrics.\n' }
  if (request.method !== 'GET' && request.method !== 'HEAD') return { status: 405, text: 'Only GET.\n' }
  const refusal = refuse(request, token)
  if (refusal) return refusal
  const { registry } = processMetrics()
  return { status: 200, text: await registry.metrics(), type: registry.contentType }
}

/** The same rule as of the web servers: the token, or without one only this machine, and nobody through a proxy. */
function refuse(request: IncomingMessage, token: string | undefined): Answer | undefined {
  if (token !== undefined) {
    const given = /^Bearer +([!-~]+) *$/i.exec(request.headers.authorization ?? '')?.[1] ?? ''
    return sameSecret(given, token) ? undefined : { status: 401, text: 'METRICS_TOKEN is needed.\n' }
  }
  const forwarded = Object.keys(request.headers).some(
    (name) => name.startsWith('x-forwarded-') || ['forwarded', 'via', 'x-real-ip'].includes(name),
  )
  const here = !forwarded && isWithin(request.socket.remoteAddress ?? '', loopback)
  return here ? undefined : { status: 403, text: 'Without METRICS_TOKEN only this machine may ask.\n' }
}

// Where Cardzo's callbacks arrive while the proof runs, and where the receiver's browser comes back to.
import { createServer } from 'node:http'
import type { IncomingMessage } from 'node:http'
import { text } from 'node:stream/consumers'
import { redactFields, verifyCallback } from '#lib/cardzo/index.ts'

/** One delivery, without secrets. */
export type Delivery = {
  kind: 'callback' | 'return'
  at: Date
  from: string
  method: string
  fields: Record<string, string>
  /** Its control was right: our formula over status and ids. */
  isGenuine: boolean
  refusal: string | null
  clientOrderId: string | null
}

export type Listener = {
  callbackUrl: string
  returnUrl: string
  deliveries: readonly Delivery[]
  close: () => Promise<void>
}

/**
 * Listens on `port` of every address; `publicUrl` is how Cardzo reaches it. Rejects when the port is taken.
 */
export async function listenForCallbacks(
  port: number,
  publicUrl: string,
  merchantControl: string,
): Promise<Listener> {
  const deliveries: Delivery[] = []
  const take = async (request: IncomingMessage) => {
    const url = new URL(request.url ?? '/', 'http://listener')
    const kind = url.pathname.endsWith('/return') ? 'return' : 'callback'
    const body = request.method === 'POST' ? await text(request) : ''
    const params = [...url.searchParams, ...new URLSearchParams(body)]
    const result = verifyCallback(params, merchantControl)
    deliveries.push({
      ...{ kind, at: new Date(), from: request.socket.remoteAddress ?? '', method: request.method ?? '' },
      fields: redactFields(Object.fromEntries(params)),
      isGenuine: result.ok,
      refusal: result.ok
        ? null
        : `${result.reason}${result.parameter === null ? '' : ` (${result.parameter})`}`,
      clientOrderId: result.ok ? result.callback.clientOrderId : null,
    })
  }
  const server = createServer((request, response) => {
    take(request).then(
      () => response.end('OK'),
      () => {
        response.statusCode = 400
        response.end()
      },
    )
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, resolve)
  })
  const base = publicUrl.replace(/\/+$/, '')
  return {
    callbackUrl: `${base}/proof/callback`,
    returnUrl: `${base}/proof/return`,
    deliveries,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

/** A web server as the world sees it, in front of which proxies append to X-Forwarded-For: the parts that the doctor asks are the real ones. */
import { createServer, request as send } from 'node:http'
import type { IncomingMessage, RequestListener, Server, ServerResponse } from 'node:http'
import { createServer as createSecureServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { otherMethods } from '#app/_server/methods.ts'
import { loopback } from '#lib/runtime/addresses.ts'
import { callerAnswer, callerPath } from '#lib/web/caller-answer.ts'
import { callerOf } from '#lib/web/client-ip.ts'
import { isOurHost } from '#lib/web/our-host.ts'

export const metricsToken = 'token-that-nobody-guesses-8c1f'

type Options = {
  /** What TRUSTED_PROXY_HOPS says. */
  hops?: number
  /** How many proxies there really are. */
  proxies?: number
  /** Proxies that keep the client's address to themselves. */
  silent?: boolean
  /** Proxies that send a Host of their own. */
  ownHost?: boolean
  certificate?: { key: string; cert: string }
  /** What answers in place of the portal. */
  instead?: RequestListener
}

export async function startPortal(
  options: Options = {},
): Promise<{ url: string; close: () => Promise<void> }> {
  const { hops = 0, proxies = 0, certificate, instead } = options
  const servers: Server[] = []
  let appUrl = ''
  const portal = createServer(instead ?? ((request, response) => answer(request, response, hops, appUrl)))
  servers.push(portal)
  let port = await listen(portal)
  for (let n = 0; n < proxies; n++) {
    const behind = port
    const isOutermost = n === proxies - 1
    const forward: RequestListener = (request, response) => pass(request, response, behind, options)
    const proxy =
      isOutermost && certificate ? createSecureServer(certificate, forward) : createServer(forward)
    servers.push(proxy)
    port = await listen(proxy)
  }
  appUrl = `${certificate ? 'https' : 'http'}://127.0.0.1:${port}`
  return {
    url: appUrl,
    close: async () => {
      for (const server of servers) {
        const closed = new Promise((resolve) => server.close(resolve))
        server.closeAllConnections()
        await closed
      }
    },
  }
}

function answer(request: IncomingMessage, response: ServerResponse, hops: number, appUrl: string): void {
  const caller = callerOf(request.socket.remoteAddress, request.headers, { hops, trusted: loopback })
  const path = request.url ?? '/'
  const seen =
    path === callerPath &&
    callerAnswer(caller, request.headers, { metricsToken, trustedProxyHops: hops, appUrl })
  if (seen) {
    response.end(JSON.stringify(seen))
    return
  }
  if (!isOurHost(path, request.headers, appUrl, caller.trusted)) {
    response.writeHead(421).end()
    return
  }
  if (path === '/api/cardzo/callback' && request.method === 'OPTIONS') {
    const told = otherMethods('GET, HEAD, OPTIONS, POST').OPTIONS()
    response.writeHead(told.status, Object.fromEntries(told.headers)).end()
    return
  }
  response.writeHead(path === '/api/health/ready' ? 200 : 404).end()
}

function pass(
  request: IncomingMessage,
  response: ServerResponse,
  port: number,
  { silent, ownHost }: Options,
): void {
  const before = request.headers['x-forwarded-for']
  const from = request.socket.remoteAddress ?? ''
  const headers = {
    ...request.headers,
    ...(!silent && { 'x-forwarded-for': before === undefined ? from : `${String(before)}, ${from}` }),
    ...(ownHost && { host: 'inside.example' }),
  }
  const behind = send(
    { host: '127.0.0.1', port, method: request.method, path: request.url, headers },
    (told) => {
      response.writeHead(told.statusCode ?? 502, told.headers)
      told.pipe(response)
    },
  )
  behind.once('error', () => response.writeHead(502).end())
  request.pipe(behind)
}

const listen = (server: Server) =>
  new Promise<number>((resolve) =>
    server.listen(0, '127.0.0.1', () => resolve((server.address() as AddressInfo).port)),
  )

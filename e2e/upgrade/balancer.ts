// A load balancer as docs/upgrades.md describes it: in turn, away from a server that is being replaced, and to the other one for a file of
// pages that only the other one has.
import { createServer, request as ask } from 'node:http'
import type { IncomingMessage, OutgoingHttpHeaders, ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

export type Backend = { name: string; port: number }

export type Balancer = {
  /** From now on requests go to these. */
  use: (backends: readonly Backend[]) => void
  counts: { requests: number; retried: number; filesOfTheOther: number }
  /** Resolves when this server has nothing in hand any more but open streams. */
  drained: (name: string) => Promise<void>
  close: () => void
}

/** The way back that a person can still take: nothing was sent, or nothing was changed by it. */
const isSafeAgain = (method: string | undefined, code: string | undefined) =>
  code === 'ECONNREFUSED' || method === 'GET' || method === 'HEAD'

export async function startBalancer(port: number): Promise<Balancer> {
  let backends: readonly Backend[] = []
  let turn = 0
  const counts = { requests: 0, retried: 0, filesOfTheOther: 0 }
  const inHand = new Map<string, number>()
  const hold = (name: string, by: number) => inHand.set(name, (inHand.get(name) ?? 0) + by)

  const pass = (
    { method, url = '/', headers }: Pick<IncomingMessage, 'method' | 'url' | 'headers'>,
    body: Buffer,
    response: ServerResponse,
    left: readonly Backend[],
  ) => {
    const [backend, ...others] = left
    if (!backend) {
      response.writeHead(502).end()
      return
    }
    const isStream = url.endsWith('/events') || url.includes('/events?')
    if (!isStream) hold(backend.name, 1)
    let isHeld = !isStream
    const letGo = () => {
      if (isHeld) hold(backend.name, -1)
      isHeld = false
    }
    const asked = ask({ port: backend.port, host: '127.0.0.1', method, path: url, headers, agent: false })
    asked.on('response', (answer) => {
      if (answer.statusCode === 404 && url.startsWith('/_next/static/') && others.length > 0) {
        counts.filesOfTheOther++
        answer.resume()
        letGo()
        pass({ method, url, headers }, body, response, others)
        return
      }
      response.writeHead(answer.statusCode ?? 502, answer.headers as OutgoingHttpHeaders)
      answer.pipe(response)
      answer.once('close', letGo)
      answer.on('error', () => response.destroy())
      response.once('close', () => answer.destroy())
    })
    asked.on('error', (error: NodeJS.ErrnoException) => {
      letGo()
      if (response.headersSent) response.destroy()
      else if (isSafeAgain(method, error.code)) {
        counts.retried++
        pass({ method, url, headers }, body, response, others)
      } else response.writeHead(502).end()
    })
    asked.end(body)
  }

  const server = createServer((request, response) => {
    counts.requests++
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.once('end', () => {
      const first = turn++ % Math.max(backends.length, 1)
      const { method, url, headers } = request
      const from = request.socket.remoteAddress ?? ''
      const seen = [headers['x-forwarded-for'], from].filter(Boolean).join(', ')
      const { 'transfer-encoding': _, ...rest } = headers
      const body = Buffer.concat(chunks)
      const passed = {
        ...rest,
        'x-forwarded-for': seen,
        ...(body.length > 0 && { 'content-length': String(body.length) }),
      }
      pass({ method, url, headers: passed }, body, response, [
        ...backends.slice(first),
        ...backends.slice(0, first),
      ])
    })
  })
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve))
  if ((server.address() as AddressInfo).port !== port) throw new Error('Bug: another port')
  return {
    use(next) {
      backends = next
    },
    counts,
    async drained(name) {
      const deadline = Date.now() + 15_000
      while ((inHand.get(name) ?? 0) > 0 && Date.now() < deadline)
        await new Promise((resolve) => setTimeout(resolve, 20))
    },
    close() {
      server.close()
      server.closeAllConnections()
    },
  }
}

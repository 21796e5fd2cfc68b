import type { IncomingMessage } from 'node:http'
import type { HttpBindings } from '@hono/node-server'

/** Every route sees Node's own request and response beside the router's: faults need the socket. */
export type Http = { Bindings: HttpBindings }

/** Longer than any request of the protocol or of the control API. */
const maxBodyBytes = 64 * 1024

/** Reads a whole body, or `null` when it is too long. The router's own limit halved what a load test could send. */
export async function readBody(incoming: IncomingMessage): Promise<string | null> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of incoming as AsyncIterable<Buffer>) {
    size += chunk.length
    if (size > maxBodyBytes) return null
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString('utf8')
}

/** Reads a form; `null` when it is too long, is no form, or gives a name twice. */
export async function readForm(incoming: IncomingMessage): Promise<Map<string, string> | null> {
  if (!/^application\/x-www-form-urlencoded\b/i.test(incoming.headers['content-type'] ?? '')) return null
  const body = await readBody(incoming)
  if (body === null) return null
  const pairs = [...new URLSearchParams(body)]
  const form = new Map(pairs)
  return form.size === pairs.length ? form : null
}

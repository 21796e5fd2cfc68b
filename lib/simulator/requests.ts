import type { IncomingMessage, ServerResponse } from 'node:http'

/** Longer than any request to Cardzo or to the control API. */
const maxBodyBytes = 64 * 1024

/** Reads a whole body, or `null` when it is too long. */
export async function readBody(req: IncomingMessage): Promise<string | null> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of req as AsyncIterable<Buffer>) {
    size += chunk.length
    if (size > maxBodyBytes) return null
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString('utf8')
}

/** Reads a form; `null` when it is too long, is no form, or says something twice. */
export async function readForm(req: IncomingMessage): Promise<Map<string, string> | null> {
  if (!/^application\/x-www-form-urlencoded\b/i.test(req.headers['content-type'] ?? '')) return null
  const body = await readBody(req)
  if (body === null) return null
  const pairs = [...new URLSearchParams(body)]
  const form = new Map(pairs)
  return form.size === pairs.length ? form : null
}

/** The address under which the caller reached us; links for the same caller are built from it. */
export function originOf(req: IncomingMessage): string {
  return `http://${req.headers.host ?? '127.0.0.1'}`
}

export function sendJson(res: ServerResponse, status: number, value: unknown): void {
  res.writeHead(status, { 'Content-Type': 'application/json' }).end(JSON.stringify(value))
}

export function sendText(res: ServerResponse, status: number, text: string): void {
  res.writeHead(status, { 'Content-Type': 'text/plain;charset=utf-8' }).end(text)
}

export function redirect(res: ServerResponse, location: string): void {
  res.writeHead(303, { Location: location }).end()
}

// A form as it reaches the web server: read whole, counted as it arrives, and looked at before the framework takes it apart,
// because what it cannot take apart it answers with 500.
import { IncomingMessage } from 'node:http'

const formMaxBytes = 64 * 1024
/** A file of grants (2 MB) twice: what was looked at, and another one. Other forms hold a few lines. */
const fileMaxBytes = 6 * 1024 * 1024
/** What is read past the limit and thrown away, so that the sender has finished and gets to read our answer. */
const drainMaxBytes = 1024 * 1024

export const maxBytesFor = (path: string) => (path === '/desk/balances/import' ? fileMaxBytes : formMaxBytes)

/** The whole body, or `too_large` when more than `maxBytes` have arrived or are announced. Rejects when the sender goes away. */
export function readBody(request: IncomingMessage, maxBytes: number): Promise<Buffer | 'too_large'> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = []
    let bytes = 0
    const most = maxBytes + drainMaxBytes
    request.on('data', (chunk: Buffer) => {
      bytes += chunk.length
      if (bytes <= maxBytes) chunks.push(chunk)
      else if (bytes > most) {
        request.pause()
        resolve('too_large')
      } else chunks.length = 0
    })
    request.once('end', () => resolve(bytes > maxBytes ? 'too_large' : Buffer.concat(chunks)))
    request.once('error', reject)
    request.once('close', () => reject(new Error('The sender went away')))
    if (Number(request.headers['content-length'] ?? 0) > most) resolve('too_large')
  })
}

/** The same request with its body still to be read. */
export function withBody(request: IncomingMessage, body: Buffer): IncomingMessage {
  const again = new IncomingMessage(request.socket)
  const { 'transfer-encoding': _encoding, ...headers } = request.headers
  Object.assign(again, {
    method: request.method,
    url: request.url,
    httpVersion: request.httpVersion,
    httpVersionMajor: request.httpVersionMajor,
    httpVersionMinor: request.httpVersionMinor,
    headers: { ...headers, 'content-length': String(body.length) },
    rawHeaders: request.rawHeaders,
  })
  again.push(body)
  again.push(null)
  // Otherwise the end of reading it would count as a connection that broke off.
  again.complete = true
  return again
}

export type FormVerdict =
  /** For the framework to answer. */
  | { kind: 'form' }
  | { kind: 'malformed' }
  /** A form without JavaScript for an action of another build; `typed` is what a person may want back. */
  | { kind: 'unknown_action'; typed: [string, string][] }

/**
 * Can the framework take this form apart? With JavaScript (`next-action`) the arguments of an action come as field `0`, a JSON list
 * that ends with the form itself; without, its bound arguments as `$ACTION_1:1`. `knows` tells which action ids this build has.
 */
export async function judgeForm(
  headers: IncomingMessage['headers'],
  body: Buffer,
  knows: (actionId: string) => boolean,
): Promise<FormVerdict> {
  const type = headers['content-type'] ?? ''
  const byScript = headers['next-action'] !== undefined
  if (!/^multipart\/form-data\b/i.test(type)) return { kind: byScript ? 'malformed' : 'form' }
  let form: FormData
  try {
    form = await new Response(new Uint8Array(body), { headers: { 'content-type': type } }).formData()
  } catch {
    return { kind: 'malformed' }
  }
  if (byScript) return { kind: areArguments(form.getAll('0')) ? 'form' : 'malformed' }

  const ids: string[] = []
  for (const [name, value] of form) {
    if (!name.startsWith('$ACTION_')) continue
    const [, idInName] = /^\$ACTION_ID_(.*)$/.exec(name) ?? []
    if (idInName !== undefined) ids.push(idInName)
    if (!/^\$ACTION_\d+:\d+$/.test(name)) continue
    const json = typeof value === 'string' ? parse(value) : undefined
    const id = name.slice(name.lastIndexOf(':') + 1)
    const isKnown = (text: string) => /^\$@\d+$/.test(text) || leadsBack(text, id, json)
    if (json === undefined || !isPlain(json, isKnown)) return { kind: 'malformed' }
    if (name.endsWith(':0') && hasId(json)) ids.push(json.id)
  }
  if (ids.length === 0 || ids.every(knows)) return { kind: 'form' }
  return { kind: 'unknown_action', typed: typedIn(form) }
}

const hasId = (json: unknown): json is { id: string } =>
  typeof json === 'object' && json !== null && 'id' in json && typeof json.id === 'string'

/** One list of at most two: what the page said before, and the form. */
function areArguments(fields: readonly unknown[]): boolean {
  const [text, ...others] = fields
  if (typeof text !== 'string' || others.length > 0) return false
  const list = parse(text)
  if (!Array.isArray(list) || list.length < 1 || list.length > 2) return false
  const form: unknown = list.at(-1)
  const isKnown = (reference: string) => leadsBack(reference, '0', list)
  return typeof form === 'string' && /^\$K[0-9a-f]+$/.test(form) && isPlain(list.slice(0, -1), isKnown)
}

/** What occurs twice in a part is written once; the second time as a reference to its place in the part, such as `$0:0:draft`. */
function leadsBack(text: string, partId: string, part: unknown): boolean {
  const [start, ...path] = text.split(':')
  if (start !== `$${partId}` || path.length === 0) return false
  let at: unknown = part
  for (const key of path) {
    if (typeof at !== 'object' || at === null || !Object.hasOwn(at, key)) return false
    at = (at as Record<string, unknown>)[key]
  }
  return typeof at === 'object' && at !== null
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** React writes what JSON lacks as texts that begin with `$`; our states hold none that would be sent in a part of its own. */
const plainText = /^(?!\$)|^\$(\$|undefined$|NaN$|-?Infinity$|-0$|n-?\d+$|D\d{4}-|T)/
const depthMax = 100

function isPlain(value: unknown, isKnown: (reference: string) => boolean, depth = 0): boolean {
  if (typeof value === 'string') return plainText.test(value) || isKnown(value)
  if (typeof value !== 'object' || value === null) return true
  if (depth >= depthMax) return false
  return Object.values(value).every((inner) => isPlain(inner, isKnown, depth + 1))
}

/** Nothing that is secret or counts once, no file, and nothing of the framework. */
function typedIn(form: FormData): [string, string][] {
  return [...form].flatMap(([name, value]): [string, string][] =>
    typeof value === 'string' &&
    value.trim() !== '' &&
    !/^\$|password|present|code|token|secret|hash|version|id$/i.test(name)
      ? [[name, value]]
      : [],
  )
}

// Reads a posted form whole, limits its size, and checks it before the framework parses it, because the framework answers what it
// can't parse with 500.
import { IncomingMessage } from 'node:http'

const formMaxBytes = 64 * 1024
/** Room for two files of grants (2 MB each): the one that was checked, and another; or for a logo. Other forms hold a few lines. */
const fileMaxBytes = 6 * 1024 * 1024
/** How much past the limit is read and dropped, so that the sender finishes and reads our answer. */
const drainMaxBytes = 1024 * 1024

const takeFiles = ['/desk/balances/import', '/desk/batches/new', '/desk/settings/brand']
/** A hundred thousand rows. */
const importMaxBytes = 17 * 1024 * 1024
const takesImports = '/desk/moving/new'

export const maxBytesFor = (path: string) =>
  path === takesImports ? importMaxBytes : takeFiles.includes(path) ? fileMaxBytes : formMaxBytes

/** The whole body, or `too_large` if more than `maxBytes` arrive or are announced. Rejects when the sender goes away. */
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

/** The same request, with its body ready to be read again. */
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
  // Otherwise the end of the body would look like a broken connection.
  again.complete = true
  return again
}

export type FormVerdict =
  /** The framework can answer it. */
  | { kind: 'form' }
  | { kind: 'malformed' }
  /** A form sent without JavaScript for an action of another build; `typed` is what the person may want back. */
  | { kind: 'unknown_action'; typed: [string, string][] }

/**
 * Can the framework parse this form? With JavaScript (`next-action`) an action's arguments come as field `0`, a JSON list that ends with
 * the form itself; without, its bound arguments come as `$ACTION_1:1`. `knows` says which action ids this build has.
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
    const [, part] = /^\$ACTION_\d+:(\d+)$/.exec(name) ?? []
    if (part === undefined) continue
    const json = typeof value === 'string' ? parse(value) : undefined
    if (json === undefined || !isPlain(json, Number(part).toString(16), /^\$@\d+$/))
      return { kind: 'malformed' }
    if (name.endsWith(':0') && hasId(json)) ids.push(json.id)
  }
  if (ids.length === 0 || ids.every(knows)) return { kind: 'form' }
  return { kind: 'unknown_action', typed: typedIn(form) }
}

const hasId = (json: unknown): json is { id: string } =>
  typeof json === 'object' && json !== null && 'id' in json && typeof json.id === 'string'

/** A list of at most two: the form state from before, and the form. */
function areArguments(fields: readonly unknown[]): boolean {
  const [text, ...others] = fields
  if (typeof text !== 'string' || others.length > 0) return false
  const list = parse(text)
  if (!Array.isArray(list) || list.length < 1 || list.length > 2) return false
  const form: unknown = list.at(-1)
  return typeof form === 'string' && /^\$K[0-9a-f]+$/.test(form) && isPlain(list.slice(0, -1), '0')
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** React writes what JSON lacks as texts that begin with `$`. We never send references to other parts of the message. */
const plainText = /^(?!\$)|^\$(\$|undefined$|NaN$|-?Infinity$|-0$|n-?\d+$|D\d{4}-|T)/
const depthMax = 100

/**
 * `part` is one part of the message, `partId` its number in hexadecimal. A repeated object is written as the path to the first, such as
 * `$0:0:draft:sources`, which must lead to an object that is already complete.
 */
function isPlain(part: unknown, partId: string, alsoAllowed?: RegExp): boolean {
  const complete = new Set<unknown>()
  const isReference = (text: string): boolean => {
    const [id, ...path] = text.split(':')
    if (id !== `$${partId}`) return false
    let value = part
    for (const key of path) {
      if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return false
      value = (value as Record<string, unknown>)[key]
    }
    return complete.has(value)
  }
  const isPlainBelow = (value: unknown, depth: number): boolean => {
    if (typeof value === 'string')
      return plainText.test(value) || (alsoAllowed?.test(value) ?? false) || isReference(value)
    if (typeof value !== 'object' || value === null) return true
    if (depth >= depthMax || !Object.values(value).every((inner) => isPlainBelow(inner, depth + 1)))
      return false
    complete.add(value)
    return true
  }
  return isPlainBelow(part, 0)
}

/** What the person typed: no secrets, no codes, no files, nothing of the framework's. */
function typedIn(form: FormData): [string, string][] {
  return [...form].flatMap(([name, value]): [string, string][] =>
    typeof value === 'string' &&
    value.trim() !== '' &&
    !/^\$|password|present|code|token|secret|hash|version|id$/i.test(name)
      ? [[name, value]]
      : [],
  )
}

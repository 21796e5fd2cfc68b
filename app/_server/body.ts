/** Reads bodies: bounded while they stream, and checked for what no database can store. */
import { isUtf8 } from 'node:buffer'
import type { InputProblem } from '#lib/payouts/refusals.ts'
import { isStorable } from '#lib/payouts/storable.ts'
import { jsonTextProblems } from './json-text.ts'

/** A payout request with every field at its longest stays below 50 KiB. */
export const bodyMaxBytes = 64 * 1024

/** The fields of a request are three levels deep; anything much deeper is an attack. */
const depthMax = 16

export type BodyRead<T> =
  | { ok: true; value: T }
  | { ok: false; code: 'too_large' }
  | { ok: false; code: 'unsupported_media_type' }
  | { ok: false; code: 'invalid_request'; errors: InputProblem[] }

/** The body, or null as soon as it is known to be longer than that. */
async function readBytes(request: Request, maxBytes = bodyMaxBytes): Promise<Buffer | null> {
  const length = request.headers.get('content-length')
  if (Number(length ?? 0) > maxBytes) return null
  // HTTP ends the body there, so it can be read at once, which costs a third of reading it as a stream.
  if (length !== null) return Buffer.from(await request.arrayBuffer())
  if (!request.body) return Buffer.alloc(0)
  const reader: ReadableStreamDefaultReader<Uint8Array> = request.body.getReader()
  const chunks: Uint8Array[] = []
  let bytes = 0
  for (;;) {
    const { done, value } = await reader.read()
    if (done) return Buffer.concat(chunks)
    bytes += value.byteLength
    if (bytes > maxBytes) {
      await reader.cancel()
      return null
    }
    chunks.push(value)
  }
}

/** The same as text. Throws a TypeError on broken UTF-8. */
async function readText(request: Request, maxBytes?: number): Promise<string | null> {
  const bytes = await readBytes(request, maxBytes)
  return bytes && new TextDecoder('utf-8', { fatal: true }).decode(bytes)
}

/** Content-Type without its parameters, lower case. */
const mediaType = (request: Request) =>
  (request.headers.get('content-type') ?? '').split(';')[0]?.trim().toLowerCase()

const invalid = (message: string): BodyRead<never> => ({
  ok: false,
  code: 'invalid_request',
  errors: [{ path: '', message }],
})

/** A JSON body (RFC 8259) that says one thing only: no key twice, no number that would change. At most 64 KiB unless said otherwise. */
export async function readJson(request: Request, maxBytes?: number): Promise<BodyRead<unknown>> {
  if (mediaType(request) !== 'application/json') return { ok: false, code: 'unsupported_media_type' }
  return readJsonText(request, { ...(maxBytes !== undefined && { maxBytes }) })
}

/** A body where none is needed: if it calls itself JSON it must be JSON; anything else is left unread. */
export async function readNoBody(request: Request): Promise<BodyRead<unknown>> {
  if (mediaType(request) !== 'application/json') return { ok: true, value: undefined }
  return readJsonText(request, { mayBeEmpty: true })
}

async function readJsonText(
  request: Request,
  options: { mayBeEmpty?: true; maxBytes?: number } = {},
): Promise<BodyRead<unknown>> {
  let text: string | null
  let value: unknown
  try {
    text = await readText(request, options.maxBytes)
    if (text === null) return { ok: false, code: 'too_large' }
    if (options.mayBeEmpty && text.trim() === '') return { ok: true, value: undefined }
    value = JSON.parse(text)
  } catch (error) {
    if (error instanceof SyntaxError) return invalid('The body is not JSON.')
    if (error instanceof TypeError) return invalid('The body is not UTF-8.')
    throw error
  }
  const errors = unstorable(value)
  // Only now: only a shallow value can be walked.
  if (errors.length === 0) errors.push(...jsonTextProblems(text))
  return errors.length > 0 ? { ok: false, code: 'invalid_request', errors } : { ok: true, value }
}

/** Names and values in the order received; `broken`: names whose values were only partly readable. */
export type Form = { pairs: [string, string][]; broken: ReadonlySet<string> }

/** A form body, as `parseForm` reads it. */
export async function readForm(request: Request): Promise<BodyRead<Form>> {
  if (mediaType(request) !== 'application/x-www-form-urlencoded')
    return { ok: false, code: 'unsupported_media_type' }
  const bytes = await readBytes(request)
  return bytes === null ? { ok: false, code: 'too_large' } : { ok: true, value: parseForm(bytes) }
}

/**
 * A form or query as the URL standard reads it, which never fails: bytes that are not UTF-8 become U+FFFD, a lone `%` stays. Fields that
 * were read that way are named, because nothing may be decided by guessing what a field said.
 */
export function parseForm(form: Uint8Array): Form {
  const pairs: [string, string][] = []
  const broken = new Set<string>()
  // One character for each byte, so that nothing is lost before it is decoded.
  for (const part of Buffer.from(form).toString('latin1').split('&')) {
    if (part === '') continue
    const cut = part.indexOf('=')
    const name = decodeField(cut < 0 ? part : part.slice(0, cut))
    const value = decodeField(cut < 0 ? '' : part.slice(cut + 1))
    pairs.push([name.text, value.text])
    if (name.isBroken || value.isBroken) broken.add(name.text)
  }
  return { pairs, broken }
}

/** Neither escaped nor beyond ASCII: it says what it means. */
const plainField = /^[\w.:~-]*$/

function decodeField(raw: string): { text: string; isBroken: boolean } {
  if (plainField.test(raw)) return { text: raw, isBroken: false }
  const bytes = Buffer.from(
    raw
      .replaceAll('+', ' ')
      .replaceAll(/%([0-9a-f]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16))),
    'latin1',
  )
  return { text: bytes.toString('utf8'), isBroken: !isUtf8(bytes) || /%(?![0-9a-f]{2})/i.test(raw) }
}

const join = (path: string, key: string) => (path === '' ? key : `${path}.${key}`)

/** Where a JSON value holds what cannot be stored, or goes too deep. Walks without recursion, so that depth does no harm. */
function unstorable(value: unknown): InputProblem[] {
  const problems: InputProblem[] = []
  const waiting = [{ value, path: '', depth: 0 }]
  for (let at = waiting.pop(); at; at = waiting.pop()) {
    const { path, depth } = at
    if (depth > depthMax) return [{ path: path.slice(0, 200), message: 'This is nested too deeply.' }]
    if (typeof at.value === 'string' && !isStorable(at.value))
      problems.push({ path, message: 'Must not contain NUL or broken characters.' })
    if (typeof at.value !== 'object' || at.value === null) continue
    for (const [key, inner] of Object.entries(at.value)) {
      // Copying an object would silently lose this one, and nobody sends it on purpose.
      if (key === '__proto__') problems.push({ path: join(path, key), message: 'Unknown field.' })
      if (!isStorable(key))
        problems.push({ path, message: 'A field name must not contain NUL or broken characters.' })
      waiting.push({ value: inner, path: join(path, key), depth: depth + 1 })
    }
  }
  return problems
}

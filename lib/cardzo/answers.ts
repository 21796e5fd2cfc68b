import { FieldReader, parseAnswerForm, type ParsedForm } from './encoding.ts'
import type { RawAnswer, LockedOut, RequestError, Silence, ValidationError } from './verdicts.ts'

/** What an answer says, by field name. A blank value counts as none. */
export type Fields = ReadonlyMap<string, string>

/**
 * Reads the fields of an answer in form or JSON mode. The body's own shape tells which: form-mode answers call themselves text/html,
 * and proxies label what they like. Never throws.
 */
export function readFields(raw: Pick<RawAnswer, 'body' | 'received'>): ParsedForm {
  const { isWhole, problem } = raw.received
  if (problem !== null) return { ok: false, detail: problem }
  const text = raw.body.trim()
  if (text === '') return { ok: false, detail: 'the body is empty' }
  const parsed = text.startsWith('{') ? parseAnswerJson(text) : parseText(raw.body, isWhole)
  if (!parsed.ok) return parsed
  return { ok: true, fields: new Map([...parsed.fields].filter(([, value]) => value !== '')) }
}

function parseText(body: string, isWhole: boolean): ParsedForm {
  return body.trimStart().startsWith('<')
    ? { ok: false, detail: 'the body is a page' }
    : parseAnswerForm(body, isWhole)
}

type Reviver = (this: unknown, key: string, value: unknown, context?: { source?: string }) => unknown
const parseJson = JSON.parse as (text: string, reviver: Reviver) => unknown

// Without the source text, numbers that a JS number can hold are still exact.
function digitsOf(value: number, context: { source?: string } | undefined): string {
  if (context?.source !== undefined) return context.source
  if (!Number.isSafeInteger(value)) throw new RangeError('a number outgrew what can be read exactly')
  return String(value)
}

/** Numbers keep their digits, as text, because order ids can exceed what a JS number holds. Undefined: it is no JSON. */
export function parseJsonExactly(text: string): unknown {
  try {
    return parseJson(text, (_key, each, context) =>
      typeof each === 'number' ? digitsOf(each, context) : each,
    )
  } catch {
    return undefined
  }
}

function parseAnswerJson(text: string): ParsedForm {
  const value = parseJsonExactly(text)
  if (value === undefined) return { ok: false, detail: 'the body is not valid JSON' }
  const reader = new FieldReader()
  for (const [name, each] of Object.entries(value as object)) {
    if (typeof each === 'string' || typeof each === 'boolean') reader.add(name, String(each), String(each))
    // A list or an object in place of a word. `null` counts as none.
    else if (each !== null) reader.add(name, undefined, '')
  }
  for (const name of namesTwice(text)) reader.add(name, undefined, '')
  return reader.read()
}

/** The names that occur more than once in a JSON object: `JSON.parse` silently keeps the last value. */
function namesTwice(json: string): string[] {
  const seen = new Set<string>()
  const twice: string[] = []
  let depth = 0
  for (const [token, name] of json.matchAll(/("(?:[^"\\]|\\.)*")\s*:|"(?:[^"\\]|\\.)*"|[{}[\]]/g)) {
    if (token === '{' || token === '[') depth++
    else if (token === '}' || token === ']') depth--
    else if (depth === 1 && name !== undefined) {
      const decoded = JSON.parse(name) as string
      if (seen.has(decoded)) twice.push(decoded)
      seen.add(decoded)
    }
  }
  return twice
}

export type ReadAnswer =
  | {
      readonly kind: 'fields'
      readonly type: string | null
      readonly fields: Fields
      readonly rejected: boolean
    }
  | LockedOut
  | Silence

/** No id of ours or Cardzo's is longer, and no index could hold a much longer one. */
const idMaxCharacters = 128
const idNames = ['paynet-order-id', 'merchant-order-id'] as const

/**
 * The part every command shares: HTTP status first, then the body. `rejected` is true for a 4xx of JSON mode, whose
 * body says why. Redirects are never followed; they are an HTTP status like any other.
 */
export function readAnswer(raw: RawAnswer): ReadAnswer {
  const { status } = raw
  if (status === 401 || status === 403 || status === 404) {
    const detail = raw.body.trim().slice(0, 200)
    return { kind: 'locked_out', httpStatus: status, gatewayDate: raw.headers.date, detail }
  }
  if (status !== 200 && !mayCarryRejection(status)) return silence(raw, 'http_status', `HTTP ${status}`)
  const read = readFields(raw)
  if (read.ok && idNames.some((name) => (read.fields.get(name) ?? '').length > idMaxCharacters))
    return silence(raw, 'unreadable', 'an id is longer than any of Cardzo')
  const type = read.ok ? (read.fields.get('type')?.toLowerCase() ?? null) : null
  if (status !== 200) {
    if (read.ok && isRejection(type, read.fields))
      return { kind: 'fields', type, fields: read.fields, rejected: true }
    return silence(raw, 'http_status', `HTTP ${status}`)
  }
  if (raw.received.problem === null && raw.body.trim() === '')
    return silence(raw, 'empty', 'the body is empty')
  if (!read.ok) return silence(raw, 'unreadable', read.detail)
  if (type === null) return silence(raw, 'unreadable', 'the answer has no type')
  return { kind: 'fields', type, fields: read.fields, rejected: false }
}

// 408 and 429 are about the moment, not about the request.
const mayCarryRejection = (status: number) =>
  status >= 400 && status < 500 && status !== 408 && status !== 429

// In JSON mode a decline also comes as 4xx, so a status answer is accepted there too.
const isRejection = (type: string | null, fields: Fields) =>
  type === 'validation-error' ||
  type === 'error' ||
  type === 'status-response' ||
  (type === null && fields.has('error-message'))

export function silence(raw: RawAnswer, reason: Silence['reason'], detail: string): Silence {
  return { kind: 'silence', reason, detail, httpStatus: raw.status }
}

/** Which id is not the one we asked about. Absent ids don't contradict anything. */
export function contradiction(
  fields: Fields,
  asked: { clientOrderId: string; orderId?: string | null | undefined },
): string | null {
  const clientOrderId = fields.get('merchant-order-id')
  if (clientOrderId !== undefined && clientOrderId !== asked.clientOrderId.trim()) {
    return 'merchant-order-id is not the one asked about'
  }
  const orderId = fields.get('paynet-order-id')
  if (asked.orderId != null && orderId !== undefined && orderId !== asked.orderId) {
    return 'paynet-order-id is not the one asked about'
  }
  return null
}

/** The two ways in which payout-check and payout-pay are refused, or `null` for neither. */
export function readRejection(type: string | null, fields: Fields): ValidationError | RequestError | null {
  const facts = { ...complaint(fields), orderId: fields.get('paynet-order-id') ?? null }
  if (type === 'error') return { kind: 'error', ...facts }
  // A 4xx of JSON mode may lack its type; its error-message was checked already.
  if (type === 'validation-error' || type === null) return { kind: 'validation_error', ...facts }
  return null
}

export function complaint(fields: Fields) {
  return {
    code: fields.get('error-code') ?? null,
    message: fields.get('error-message') ?? null,
    serial: fields.get('serial-number') ?? null,
  }
}

import type { ServerResponse } from 'node:http'
import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync } from 'node:zlib'
import { z } from 'zod'
import type { Answer, AnswerFields } from './answer-formats.ts'

export const commands = ['payout-check', 'payout-pay', 'status', 'get-balance'] as const
export type Command = (typeof commands)[number]

/** The right answer in a form that nobody asked for; a client must understand it all the same. */
export const oddKinds = [
  'gzip',
  'deflate',
  'deflate_raw',
  'br',
  'mislabelled',
  'bom',
  'bad_text',
  'trimmed',
] as const

/** A readable answer with the wrong words. */
export const wordKinds = ['no_status', 'other_operation', 'validating', 'declined', 'refused'] as const

export const faultKinds = [
  'drop',
  'reset',
  'cut',
  'truncated',
  'empty',
  'html',
  'garbage',
  'other_ids',
  'http',
  'redirect',
  'slow',
  'broken_encoding',
  'bad_id',
  ...oddKinds,
  ...wordKinds,
] as const

/** One fault to come. Documented in docs/simulator.md. */
export const faultShape = z.strictObject({
  command: z.enum(commands),
  fault: z.enum(faultKinds),
  /** Is the command carried out before its answer is spoilt? */
  does: z.boolean().optional(),
  /** How many requests it hits. */
  times: z.number().int().min(1).max(1_000_000).default(1),
  /** For `slow`. */
  ms: z.number().int().min(0).max(600_000).default(1000),
  /** For `http`. */
  status: z.number().int().min(400).max(599).default(503),
  /** Only requests about this order. */
  clientOrderId: z.string().optional(),
  /** Only once a payout-pay has arrived for the order. */
  afterPay: z.boolean().optional(),
})
export type Fault = z.infer<typeof faultShape>

/** The faults to come, in the order in which they were set. */
export class Faults {
  #waiting: Fault[] = []

  add(fault: Fault): void {
    this.#waiting.push({ ...fault })
  }

  list(): readonly Fault[] {
    return this.#waiting
  }

  clear(): void {
    this.#waiting = []
  }

  /** The fault that hits this request, which uses one of its times up. */
  take(command: Command, clientOrderId: string | undefined, payArrived: boolean): Fault | undefined {
    const fault = this.#waiting.find(
      (each) =>
        each.command === command &&
        (payArrived || each.afterPay !== true) &&
        (each.clientOrderId === undefined || each.clientOrderId === clientOrderId),
    )
    if (fault && --fault.times < 1) this.#waiting = this.#waiting.filter((each) => each !== fault)
    return fault
  }
}

/** 401, 403, 404 and a refusal come before the command is carried out; any other fault spoils the answer after it. */
export function isDoneFirst(fault: Fault): boolean {
  const isAccessRefused = fault.fault === 'http' && [401, 403, 404].includes(fault.status)
  return fault.does ?? !(isAccessRefused || fault.fault === 'refused')
}

export const isWordFault = ({ fault }: Fault): boolean => (wordKinds as readonly string[]).includes(fault)

/** The fields to answer instead of `right`, which is null when the command was not carried out. */
export function otherWords(
  { fault }: Fault,
  right: AnswerFields | null,
  clientOrderId: string,
): AnswerFields {
  const { 'paynet-order-id': orderId, status, ...rest } = right ?? {}
  const order = orderId === undefined ? {} : { 'paynet-order-id': orderId }
  const no = (message: string, code: string): AnswerFields => ({
    type: 'validation-error',
    'merchant-order-id': clientOrderId,
    'error-message': message,
    'error-code': code,
  })
  if (fault === 'declined') return { ...no('Declined by the issuer', '3'), ...order }
  if (fault === 'refused' || right === null) return no('Refused by the simulator', '7')
  if (status === undefined) return right
  if (fault === 'no_status') return { ...rest, ...order }
  if (fault === 'other_operation')
    return {
      ...right,
      status: 'approved',
      'order-stage': 'reversal_approved',
      'transaction-type': 'reversal',
    }
  const isChecked = status === 'processing' && right['order-stage'] === 'payout_check_validated'
  return isChecked ? { ...right, 'order-stage': 'payout_check_validating' } : right
}

const page =
  '<!DOCTYPE html><html><head><title>Bad Gateway</title></head><body><h1>Bad Gateway</h1></body></html>'

/** Answers as the fault says. `answer` is the right one; null: the command was not carried out. */
export function spoil(res: ServerResponse, fault: Fault, answer: Answer | null): void {
  const body = answer?.body ?? ''
  const contentType = answer?.contentType ?? 'text/html;charset=utf-8'
  const send = (status: number, text: string | Buffer, headers: Record<string, string> = {}) => {
    res
      .writeHead(status, {
        'Content-Type': contentType,
        'Content-Length': Buffer.byteLength(text),
        ...headers,
      })
      .end(text)
  }
  const sendRight = (text: string | Buffer, headers: Record<string, string> = {}) => {
    send(answer?.status ?? 200, text, headers)
  }
  switch (fault.fault) {
    case 'drop':
      res.socket?.destroy()
      return
    case 'reset':
      res.socket?.resetAndDestroy()
      return
    case 'cut':
      // Content-Length promises more than ever comes.
      res.writeHead(200, {
        'Content-Type': 'text/html;charset=utf-8',
        'Content-Length': String(body.length + 100),
      })
      res.write(body.slice(0, body.length / 2), () => res.socket?.destroy())
      return
    case 'truncated':
      // Neither a length nor chunks: only the body itself shows that its end is missing.
      res.removeHeader('Transfer-Encoding')
      res.writeHead(200, { 'Content-Type': contentType, Connection: 'close' })
      res.end(body.slice(0, Math.max(0, body.length - 4)))
      return
    case 'empty':
      send(200, '')
      return
    case 'html':
      send(200, page)
      return
    case 'garbage':
      send(200, '\u0000\u0001%ZZ&&=%E2%28\uFFFD')
      return
    case 'other_ids':
      sendRight(
        body.replace(/(merchant-order-id"?[=:]"?)/, '$1other-').replace(/(paynet-order-id"?[=:]"?)/, '$19'),
      )
      return
    case 'http':
      send(fault.status, fault.status < 500 ? 'refused by the simulator' : page)
      return
    case 'redirect':
      send(302, '', { Location: '/elsewhere' })
      return
    case 'slow':
      setTimeout(() => {
        if (!res.destroyed) sendRight(body)
      }, fault.ms).unref()
      return
    case 'broken_encoding':
      sendRight(gzipSync(body).subarray(0, -12), { 'Content-Encoding': 'gzip' })
      return
    case 'bad_id':
      sendRight(withBytes(body, 'paynet-order-id'))
      return
    case 'gzip':
      sendRight(gzipSync(body), { 'Content-Encoding': 'gzip' })
      return
    case 'deflate':
      sendRight(deflateSync(body), { 'Content-Encoding': 'deflate' })
      return
    case 'deflate_raw':
      sendRight(deflateRawSync(body), { 'Content-Encoding': 'deflate' })
      return
    case 'br':
      sendRight(brotliCompressSync(body), { 'Content-Encoding': 'br' })
      return
    case 'mislabelled':
      sendRight(body, { 'Content-Type': contentType.includes('json') ? 'text/html' : 'application/json' })
      return
    case 'bom':
      sendRight(`\uFEFF${body}`)
      return
    case 'bad_text':
      sendRight(withBytes(body, 'descriptor'))
      return
    case 'trimmed':
      sendRight(body.trimEnd())
      return
    case 'no_status':
    case 'other_operation':
    case 'validating':
    case 'declined':
    case 'refused':
      // The words are wrong, the answer is whole.
      sendRight(body)
  }
}

/** The answer with one more field of this name, whose value has a bare % and a Latin-1 letter: neither an escape nor UTF-8. */
function withBytes(body: string, name: string): Buffer {
  const value = Buffer.from('50 % off\u00e9', 'latin1')
  if (!body.startsWith('{')) return Buffer.concat([Buffer.from(`${body}&${name}=`), value, Buffer.from('\n')])
  return Buffer.concat([Buffer.from(`${body.slice(0, -1)},"${name}":"`), value, Buffer.from('"}')])
}

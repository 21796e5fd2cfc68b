import { request as httpRequest, type ClientRequest, type IncomingMessage } from 'node:http'
import { request as httpsRequest } from 'node:https'
import type { Socket } from 'node:net'
import type { TLSSocket } from 'node:tls'
import { readFields } from './answers.ts'
import { maxBodyBytes, receiveBody } from './body.ts'
import type { CardzoConnection } from './connection.ts'
import { writeForm } from './encoding.ts'
import { CardzoError, type CardzoErrorCode, type NotSentReason } from './errors.ts'
import { redactFields } from './redaction.ts'
import type { Command, RawAnswer } from './verdicts.ts'

export type SendOptions = {
  /**
   * Called once, synchronously, right before the first byte leaves on an established connection. `false` cancels: nothing was sent and
   * nothing will be. Here a process that was frozen for minutes decides whether it may still send.
   */
  beforeFirstByte?: () => boolean
  /** By v4 and signed with the key. Usually: everything but a status, which has its control, and the balance, which that signs. */
  signed?: boolean
}

/**
 * POSTs one form and returns the answer whatever its HTTP status; redirects are not followed.
 *
 * Nothing is handed to the socket before it is connected (for https: before the handshake is done), so an error before
 * that moment proves that nothing left: `not_sent`. From then on every failure means "perhaps".
 */
export async function post(
  connection: CardzoConnection,
  command: Command,
  fields: Readonly<Record<string, string>>,
  options: SendOptions = {},
): Promise<RawAnswer> {
  const startedAt = performance.now()
  const { signed = command !== 'status' } = options
  const url = connection.url(command, signed)
  const body = Buffer.from(writeForm(fields), 'utf8')
  const headers: Record<string, string> = {
    'Content-Type': 'application/x-www-form-urlencoded',
    'Content-Length': String(body.length),
    'Accept-Encoding': 'identity',
    Accept: connection.answers === 'json' ? 'application/vnd.pay+json' : '*/*',
  }
  if (command === 'get-balance') headers['Authorization'] = connection.authorizeByControl(url, fields)
  else if (signed) headers['Authorization'] = await connection.authorize(url, fields)

  const send = url.startsWith('https:') ? httpsRequest : httpRequest
  const outgoing = send(url, { method: 'POST', agent: connection.agent, headers })
  const { response, bytes } = await exchange(outgoing, body, connection.timeoutMs, startedAt, options)
  const { text, ...received } = receiveBody(bytes, response.headers)
  const answer = {
    command,
    status: response.statusCode ?? 0,
    headers: {
      date: response.headers.date ?? null,
      contentType: response.headers['content-type'] ?? null,
      simulator: response.headers['x-cardzo-simulator'] === 'true',
    },
    body: text,
    received,
    durationMs: Math.round(performance.now() - startedAt),
    request: { url, fields: redactFields(fields) },
  }
  const read = readFields(answer)
  return { ...answer, serial: (read.ok && read.fields.get('serial-number')) || null }
}

type Exchange = { response: IncomingMessage; bytes: Buffer }

/** One request and its whole answer, settled exactly once. */
function exchange(
  outgoing: ClientRequest,
  body: Buffer,
  timeoutMs: number,
  startedAt: number,
  options: SendOptions,
): Promise<Exchange> {
  return new Promise((resolve, reject) => {
    let written = false
    let settled = false

    const settle = (finish: () => void) => {
      if (settled) return
      settled = true
      clearTimeout(timer)
      finish()
    }
    const fail = (code: CardzoErrorCode, message: string, reason: NotSentReason, cause?: unknown) => {
      settle(() => {
        const durationMs = Math.round(performance.now() - startedAt)
        const details = { durationMs, systemCode: systemCodeOf(cause), cause }
        const proven = !written || code === 'not_sent'
        const error = proven
          ? new CardzoError('not_sent', `nothing was sent: ${message}`, { ...details, reason })
          : new CardzoError(code, message, details)
        reject(error)
      })
      outgoing.destroy()
    }

    const timer = setTimeout(
      () => {
        fail('timeout', `no complete answer within ${timeoutMs} ms`, 'timeout')
      },
      Math.max(1, timeoutMs - (performance.now() - startedAt)),
    )

    outgoing.on('error', (error) => {
      fail(
        'network',
        `the connection failed (${systemCodeOf(error) ?? error.message})`,
        notSentReason(error),
        error,
      )
    })
    outgoing.on('close', () => {
      fail('network', 'the connection was closed before an answer came', 'closed')
    })
    outgoing.on('socket', (socket) => {
      whenConnected(socket, () => {
        if (settled) return
        const refusal = askGuard(options)
        if (refusal) {
          fail('not_sent', 'the guard before the first byte said no', 'guard', refusal.cause)
          return
        }
        written = true
        outgoing.end(body)
      })
    })
    outgoing.on('response', (response) => {
      const chunks: Buffer[] = []
      let size = 0
      response.on('data', (chunk: Buffer) => {
        size += chunk.length
        chunks.push(chunk)
        if (size > maxBodyBytes)
          fail('too_large', `the answer is longer than ${maxBodyBytes} bytes`, 'closed')
      })
      response.on('error', (error) => {
        fail('network', 'the answer broke off', 'closed', error)
      })
      response.on('end', () => {
        settle(() => {
          resolve({ response, bytes: Buffer.concat(chunks) })
        })
      })
    })
  })
}

/** A guard that throws has not said yes. Its error becomes the cause; thrown from here it would end the process. */
function askGuard({ beforeFirstByte }: SendOptions): { cause?: unknown } | null {
  try {
    return beforeFirstByte?.() === false ? {} : null
  } catch (cause) {
    return { cause }
  }
}

/** Runs `then` at once on a kept-alive connection, else when it is established and, for TLS, verified. */
function whenConnected(socket: Socket, then: () => void): void {
  if (isHandshaking(socket)) socket.once('secureConnect', then)
  else if (socket.connecting) socket.once('connect', then)
  else then()
}

// Node sets `secureConnecting` on every TLS socket until the peer's certificate was accepted.
function isHandshaking(socket: Socket): boolean {
  const { secureConnecting } = socket as Partial<TLSSocket> & { secureConnecting?: boolean }
  return secureConnecting === true
}

const nameErrors = new Set(['ENOTFOUND', 'EAI_AGAIN', 'EAI_FAIL', 'EAI_NODATA', 'EAI_NONAME'])

function notSentReason(error: unknown): NotSentReason {
  const code = systemCodeOf(error) ?? ''
  if (nameErrors.has(code)) return 'name'
  return /^(E(CONN|HOST|NET|TIMEDOUT|PIPE|ADDR|ACCES|PERM|MFILE))/.test(code) ? 'connect' : 'tls'
}

function systemCodeOf(error: unknown): string | null {
  if (!(error instanceof Error) || !('code' in error)) return null
  return typeof error.code === 'string' ? error.code : null
}

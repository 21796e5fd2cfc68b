// Asks as fast as it is answered, over connections that stay open. The load shares the machine's cores with what it measures, so it must be
// cheap: it writes ready-made requests to sockets and reads no more of an answer than its status and where it ends.
import { connect } from 'node:net'
import type { Socket } from 'node:net'

/** As many as a busy gateway or a few hundred open pages keep going. */
export const connections = 32

export type Measured = {
  perSecond: number
  p50Ms: number
  p95Ms: number
  p99Ms: number
  /** Answers with another status than expected. They count for nothing: a fast refusal is not speed. */
  refused: number
}

/**
 * Runs `once` again and again, `connections` at a time, until `seconds` have passed or it says that nothing is left. What ends in the first
 * `warmUpSeconds` is not counted.
 */
export async function measure(
  once: (slot: number) => Promise<'done' | 'refused' | 'nothing left'>,
  { seconds = 3, warmUpSeconds = 0.5, slots = connections } = {},
): Promise<Measured> {
  const countFrom = performance.now() + warmUpSeconds * 1000
  const until = countFrom + seconds * 1000
  const took: number[] = []
  let refused = 0
  let countedUntil = until
  const loop = async (slot: number) => {
    for (let began = performance.now(); began < until; began = performance.now()) {
      const how = await once(slot)
      const ended = performance.now()
      if (how === 'nothing left') {
        countedUntil = Math.min(countedUntil, ended)
        return
      }
      if (how === 'refused') refused++
      else if (ended >= countFrom && ended < until) took.push(ended - began)
    }
  }
  await Promise.all(Array.from({ length: slots }, (_, slot) => loop(slot)))
  took.sort((a, b) => a - b)
  const at = (share: number) => took[Math.floor(took.length * share)] ?? 0
  const perSecond = took.length / ((countedUntil - countFrom) / 1000)
  return { perSecond, p50Ms: at(0.5), p95Ms: at(0.95), p99Ms: at(0.99), refused }
}

/** Sends `requestOf()` until it returns null. */
export async function measureRequests(
  address: string,
  requestOf: () => string | null,
  { expected = 200, seconds = 3 } = {},
): Promise<Measured> {
  const sockets = await Promise.all(Array.from({ length: connections }, () => Connection.open(address)))
  try {
    return await measure(
      async (slot) => {
        const request = requestOf()
        if (request === null) return 'nothing left'
        return (await sockets[slot]?.ask(request)) === expected ? 'done' : 'refused'
      },
      { seconds },
    )
  } finally {
    for (const socket of sockets) socket.close()
  }
}

/** The text of one request of HTTP/1.1. */
export function httpRequest(
  address: string,
  {
    method = 'GET',
    headers = {},
    body = '',
  }: { method?: string; headers?: Record<string, string>; body?: string } = {},
): string {
  const { host, pathname, search } = new URL(address)
  const lines = [`${method} ${pathname}${search} HTTP/1.1`, `Host: ${host}`]
  for (const [name, value] of Object.entries(headers)) lines.push(`${name}: ${value}`)
  if (body !== '') lines.push('Content-Type: application/json', `Content-Length: ${Buffer.byteLength(body)}`)
  return `${lines.join('\r\n')}\r\n\r\n${body}`
}

type Waiting = { resolve: (status: number) => void; reject: (error: Error) => void }

/** One kept-alive connection with one request at a time. */
export class Connection {
  readonly #socket: Socket
  #waiting: Waiting | undefined
  #head = ''
  #status = 0
  /** Bytes of the body still to come; undefined while the head is read; -1: it comes in chunks. */
  #left: number | undefined
  #tail = ''

  private constructor(socket: Socket) {
    this.#socket = socket
    socket.setNoDelay(true)
    socket.on('data', (data) => this.#read(data))
    const fail = (error?: Error) =>
      this.#settle(({ reject }) => reject(error ?? new Error('The server hung up')))
    socket.on('error', fail)
    socket.on('close', () => fail())
  }

  static open(address: string): Promise<Connection> {
    const { hostname, port } = new URL(address)
    return new Promise((resolve, reject) => {
      const socket = connect(Number(port), hostname, () => resolve(new Connection(socket)))
      socket.once('error', reject)
    })
  }

  /** The status of the answer, when all of it has come. Rejects when the connection breaks. */
  ask(request: string): Promise<number> {
    return new Promise((resolve, reject) => {
      this.#waiting = { resolve, reject }
      this.#socket.write(request)
    })
  }

  close(): void {
    this.#socket.destroy()
  }

  #settle(how: (waiting: Waiting) => void): void {
    const waiting = this.#waiting
    this.#waiting = undefined
    this.#head = ''
    this.#left = undefined
    this.#tail = ''
    if (waiting) how(waiting)
  }

  #read(data: Buffer): void {
    let body = data
    if (this.#left === undefined) {
      this.#head += data.toString('latin1')
      const end = this.#head.indexOf('\r\n\r\n')
      if (end < 0) return
      body = Buffer.from(this.#head.slice(end + 4), 'latin1')
      const head = this.#head.slice(0, end)
      this.#status = Number(head.slice(9, 12))
      this.#left = Number(/\r\ncontent-length: *(\d+)/i.exec(head)?.[1] ?? -1)
    }
    if (this.#left >= 0) this.#left -= body.length
    else this.#tail = (this.#tail + body.toString('latin1', Math.max(0, body.length - 7))).slice(-7)
    if (this.#left === 0 || this.#tail.endsWith('\r\n0\r\n\r\n'))
      this.#settle(({ resolve }) => resolve(this.#status))
  }
}

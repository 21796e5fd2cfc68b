/** One exchange over a real socket: what proves that nothing left, and what doesn't. Whole, because all parts need the same bare TCP gateway. */
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net'
import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync } from 'node:zlib'
import { afterEach, describe, expect, it } from 'vitest'
import { createCardzoConnection, type CardzoConnection } from './connection.ts'
import { CardzoError } from './errors.ts'
import kat from './kat.json' with { type: 'json' }
import { payoutCheckRequest } from './payout-check.ts'
import { payoutPayRequest, processPayoutPay } from './payout-pay.ts'
import { statusRequest } from './status.ts'

const ids = { clientOrderId: 'PO-1', orderId: '6768788' }
const open: (() => void)[] = []
afterEach(() => {
  for (const close of open.splice(0)) close()
})

type Gateway = { port: number; received: () => string; connections: () => number }
type Behaviour = (socket: Socket, request: string, nth: number) => void

/** A gateway made of bare TCP: it collects a whole request and then does what the test says. */
async function gateway(behave: Behaviour): Promise<Gateway> {
  let all = ''
  let requests = 0
  let connections = 0
  const server: Server = createServer((socket) => {
    connections++
    open.push(() => socket.destroy())
    let pending = ''
    socket.on('error', () => undefined)
    socket.on('data', (chunk) => {
      all += chunk.toString()
      pending += chunk.toString()
      const [head = '', body] = pending.split('\r\n\r\n')
      const length = Number(/content-length: (\d+)/i.exec(head)?.[1])
      if (body === undefined || body.length < length) return
      const request = pending
      pending = ''
      behave(socket, request, ++requests)
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  open.push(() => server.close())
  return { port: (server.address() as AddressInfo).port, received: () => all, connections: () => connections }
}

function connect(
  port: number,
  change: { timeoutMs?: number; baseUrl?: string; maxSockets?: number } = {},
): CardzoConnection {
  const connection = createCardzoConnection({
    baseUrl: `http://127.0.0.1:${port}/paynet`,
    endpoint: { id: '1' },
    login: 'test-login',
    privateKeyPem: kat.testKey.privatePkcs8Pem,
    merchantControl: 'secret',
    timeoutMs: 2000,
    ...change,
  })
  open.push(() => connection.close())
  return connection
}

const ok = 'type=async-response\n&serial-number=sn-7\n&merchant-order-id=PO-1\n&paynet-order-id=6768788\n'
const reply = (body: string, head = 'HTTP/1.1 200 OK', more = '') =>
  `${head}\r\nContent-Type: text/html;charset=utf-8\r\nContent-Length: ${Buffer.byteLength(body)}\r\n${more}\r\n${body}`

async function failure(promise: Promise<unknown>): Promise<CardzoError> {
  const error = await promise.then(
    () => null,
    (reason: unknown) => reason,
  )
  expect(error).toBeInstanceOf(CardzoError)
  return error as CardzoError
}

describe('a request to Cardzo', () => {
  it('sends payout-pay with exactly its three fields and hands back the answer', async () => {
    const { port, received } = await gateway((socket) =>
      socket.write(reply(ok, undefined, 'X-Cardzo-Simulator: true\r\n')),
    )
    const raw = await payoutPayRequest(connect(port), ids)
    expect(raw).toMatchObject({ status: 200, body: ok, serial: 'sn-7', headers: { simulator: true } })
    expect(processPayoutPay(raw, ids)).toEqual({ kind: 'accepted', orderId: '6768788', serial: 'sn-7' })
    const [head, body] = received().split('\r\n\r\n')
    expect(head).toContain('POST /paynet/api/v4/payout-pay/1 HTTP/1.1')
    expect(head).toMatch(/Authorization: OAuth oauth_consumer_key="test-login"/)
    expect(head).toContain('Content-Type: application/x-www-form-urlencoded')
    expect(body).toBe('client_orderid=PO-1&orderid=6768788&login=test-login')
  })

  it('asks for the status without an order id with an empty middle part, and without Authorization', async () => {
    const { port, received } = await gateway((socket) => socket.write(reply(ok)))
    await statusRequest(connect(port), { clientOrderId: 'PO-1' })
    expect(received()).not.toContain('Authorization')
    expect(received()).toMatch(/login=test-login&client_orderid=PO-1&control=[0-9a-f]{40}$/)
  })

  it('keeps one connection for several requests, and never opens more than the bound', async () => {
    const one = await gateway((socket) => socket.write(reply(ok)))
    const connection = connect(one.port)
    await statusRequest(connection, ids)
    await statusRequest(connection, ids)
    expect(one.connections()).toBe(1)
    const bounded = connect(one.port, { maxSockets: 2 })
    await Promise.all(Array.from({ length: 10 }, () => statusRequest(bounded, ids)))
    expect(one.connections()).toBe(3)
  })

  it('does not follow a redirect', async () => {
    const { port, received } = await gateway((socket) =>
      socket.write(reply('', 'HTTP/1.1 302 Found', 'Location: /elsewhere\r\n')),
    )
    const raw = await payoutPayRequest(connect(port), ids)
    expect(processPayoutPay(raw, ids)).toMatchObject({
      kind: 'silence',
      reason: 'http_status',
      httpStatus: 302,
    })
    expect(received()).not.toContain('elsewhere')
  })
})

describe('nothing was sent', () => {
  it('when nobody listens', async () => {
    const { port } = await gateway(() => undefined)
    for (const close of open.splice(0)) close()
    const error = await failure(payoutPayRequest(connect(port), ids))
    expect(error).toMatchObject({ code: 'not_sent', reason: 'connect', systemCode: 'ECONNREFUSED' })
  })

  it('when the host name is unknown', async () => {
    const connection = connect(0, { baseUrl: 'https://nowhere.invalid/paynet' })
    expect(await failure(payoutPayRequest(connection, ids))).toMatchObject({
      code: 'not_sent',
      reason: 'name',
    })
  })

  it('when the TLS handshake fails', async () => {
    const { port, received } = await gateway(() => undefined)
    const server = createServer((socket) => socket.end('not TLS'))
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    open.push(() => server.close())
    const baseUrl = `https://127.0.0.1:${(server.address() as AddressInfo).port}`
    const error = await failure(payoutPayRequest(connect(port, { baseUrl }), ids))
    expect(error).toMatchObject({ code: 'not_sent', reason: 'tls' })
    expect(received()).toBe('')
  })

  it('when the other side connects but never finishes the handshake in time', async () => {
    const { port, received } = await gateway(() => undefined)
    const connection = connect(port, { baseUrl: `https://127.0.0.1:${port}`, timeoutMs: 150 })
    expect(await failure(payoutPayRequest(connection, ids))).toMatchObject({
      code: 'not_sent',
      reason: 'timeout',
    })
    expect(received()).not.toContain('POST')
  })

  it('when the guard says no, also on a connection that is kept alive', async () => {
    const { port, received } = await gateway((socket) => socket.write(reply(ok)))
    const connection = connect(port)
    const refused = await failure(payoutPayRequest(connection, ids, { beforeFirstByte: () => false }))
    expect(refused).toMatchObject({ code: 'not_sent', reason: 'guard' })
    await statusRequest(connection, ids)
    const before = received().length
    const again = await failure(payoutPayRequest(connection, ids, { beforeFirstByte: () => false }))
    expect(again).toMatchObject({ code: 'not_sent', reason: 'guard' })
    await statusRequest(connection, ids)
    expect(received().slice(before)).not.toContain('payout-pay')
    expect(received()).not.toContain('payout-pay')
  })

  it('when the guard itself breaks', async () => {
    const { port, received } = await gateway((socket) => socket.write(reply(ok)))
    const cause = new Error('the clock stopped')
    const beforeFirstByte = () => {
      throw cause
    }
    const error = await failure(payoutPayRequest(connect(port), ids, { beforeFirstByte }))
    expect(error).toMatchObject({ code: 'not_sent', reason: 'guard', cause })
    expect(received()).toBe('')
  })

  it('the guard is asked once, after the connection is established and before a byte has left', async () => {
    const { port, received, connections } = await gateway((socket) => socket.write(reply(ok)))
    const seen: string[] = []
    await payoutPayRequest(connect(port), ids, {
      beforeFirstByte: () => {
        seen.push(received())
        return true
      },
    })
    expect(seen).toEqual([''])
    expect(connections()).toBe(1)
  })
})

describe('a body in an encoding that we did not ask for', () => {
  const send = (bytes: Buffer, coding: string) => (socket: Socket) => {
    const head = `HTTP/1.1 200 OK\r\nContent-Encoding: ${coding}\r\nContent-Length: ${bytes.length}\r\n\r\n`
    socket.write(Buffer.concat([Buffer.from(head), bytes]))
  }
  const paid = async (behave: Behaviour) => {
    const { port, received } = await gateway(behave)
    const raw = await payoutPayRequest(connect(port), ids)
    expect(received()).toContain('Accept-Encoding: identity\r\n')
    return processPayoutPay(raw, ids)
  }
  const encoders = { gzip: gzipSync, 'x-gzip': gzipSync, deflate: deflateSync, br: brotliCompressSync }

  it.each(Object.entries(encoders))('is decoded: %s', async (coding, encode) => {
    expect(await paid(send(encode(ok), coding))).toMatchObject({ kind: 'accepted' })
    expect(await paid(send(encode(ok), coding.toUpperCase()))).toMatchObject({ kind: 'accepted' })
  })
  it('is decoded when deflate comes without its wrapper, twice encoded, or not encoded at all', async () => {
    expect(await paid(send(deflateRawSync(ok), 'deflate'))).toMatchObject({ kind: 'accepted' })
    expect(await paid(send(gzipSync(brotliCompressSync(ok)), 'br, gzip'))).toMatchObject({ kind: 'accepted' })
    expect(await paid(send(Buffer.from(ok), 'gzip'))).toMatchObject({ kind: 'accepted' })
    expect(await paid(send(Buffer.from(ok), 'identity'))).toMatchObject({ kind: 'accepted' })
    expect(await paid(send(gzipSync(ok), 'identity'))).toMatchObject({ kind: 'accepted' })
  })
  it.each([
    ['gzip without its end', gzipSync(ok).subarray(0, -9), 'gzip'],
    ['br without its end', brotliCompressSync(ok).subarray(0, -5), 'br'],
    ['deflate without its end', deflateSync(ok).subarray(0, -6), 'deflate'],
    ['a changed byte', gzipSync(ok).fill(0x55, 20, 24), 'gzip'],
    ['an encoding nobody knows', Buffer.from(ok), 'lzma'],
    ['too many encodings', gzipSync(gzipSync(gzipSync(gzipSync(ok)))), 'gzip, gzip, gzip, gzip'],
    ['64 MiB in a few bytes', gzipSync(Buffer.alloc(64 * 1024 * 1024, 'a')), 'gzip'],
    ['64 MiB in a few bytes of br', brotliCompressSync(Buffer.alloc(64 * 1024 * 1024, 'a')), 'br'],
    ['noise', Buffer.from([1, 2, 3]), 'deflate'],
  ])('proves nothing when it is broken: %s', async (_what, bytes, coding) => {
    expect(await paid(send(bytes, coding))).toMatchObject({ kind: 'silence', reason: 'unreadable' })
  })
  it('may be empty', async () => {
    expect(await paid(send(Buffer.alloc(0), 'gzip'))).toMatchObject({ kind: 'silence', reason: 'empty' })
  })
})

describe('a body whose last newline was trimmed on the way', () => {
  const trimmed = ok.trimEnd()
  const chunked = (text: string) =>
    `HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n${text.length.toString(16)}\r\n${text}\r\n0\r\n\r\n`

  it.each([
    ['by its length', reply(trimmed)],
    ['by its last chunk', chunked(trimmed)],
  ])('is whole %s', async (_what, bytes) => {
    const { port } = await gateway((socket) => socket.write(bytes))
    const raw = await payoutPayRequest(connect(port), ids)
    expect(processPayoutPay(raw, ids)).toMatchObject({ kind: 'accepted', orderId: '6768788' })
  })
  it.each(['HTTP/1.0 200 OK', 'HTTP/1.1 200 OK'])(
    'may have been cut when only the end of the connection ends it: %s',
    async (head) => {
      const close = (text: string) => (socket: Socket) => socket.end(`${head}\r\n\r\n${text}`)
      const cut = await gateway(close(trimmed))
      expect(processPayoutPay(await payoutPayRequest(connect(cut.port), ids), ids)).toMatchObject({
        kind: 'silence',
        reason: 'unreadable',
      })
      const whole = await gateway(close(ok))
      expect(processPayoutPay(await payoutPayRequest(connect(whole.port), ids), ids)).toMatchObject({
        kind: 'accepted',
      })
    },
  )
  it.each([
    ['the length', reply(trimmed).slice(0, -3)],
    ['the last chunk', chunked(trimmed).slice(0, -7)],
    ['a chunk', chunked(trimmed).slice(0, -20)],
  ])('is no answer at all when %s is not reached', async (_what, bytes) => {
    const { port } = await gateway((socket) => socket.end(bytes))
    expect((await failure(payoutPayRequest(connect(port), ids))).code).toBe('network')
  })
})

describe('it is unknown whether the request arrived', () => {
  it.each([
    ['is closed without an answer', (socket: Socket) => socket.end()],
    ['is reset', (socket: Socket) => socket.resetAndDestroy()],
    ['breaks in the middle of the answer', (socket: Socket) => socket.end(reply(ok).slice(0, -10))],
    ['speaks something that is no HTTP', (socket: Socket) => socket.end('hello\r\n\r\n')],
  ])('when the connection %s', async (_what, behave) => {
    const { port } = await gateway(behave)
    expect(await failure(payoutPayRequest(connect(port), ids))).toMatchObject({
      code: 'network',
      reason: null,
    })
  })

  it.each([
    ['no answer comes', () => undefined],
    ['the answer stops in the middle of its body', (socket: Socket) => socket.write(reply(ok).slice(0, -10))],
  ])('when the time is over and %s', async (_what, behave) => {
    const { port } = await gateway(behave)
    const error = await failure(payoutPayRequest(connect(port, { timeoutMs: 150 }), ids))
    expect(error.code).toBe('timeout')
    expect(error.durationMs).toBeGreaterThanOrEqual(140)
  })

  it('when a connection that was kept alive is reset during the next request', async () => {
    const { port } = await gateway((socket, _request, nth) =>
      nth === 1 ? socket.write(reply(ok)) : socket.resetAndDestroy(),
    )
    const connection = connect(port)
    await statusRequest(connection, ids)
    expect((await failure(payoutPayRequest(connection, ids))).code).toBe('network')
  })

  it('when the answer is endless', async () => {
    const { port } = await gateway((socket) => socket.write(reply('x'.repeat(70_000))))
    const fields = { client_orderid: 'PO-1', amount: '1.00', currency: 'EUR' }
    expect((await failure(payoutCheckRequest(connect(port), fields))).code).toBe('too_large')
  })
})

it('keeps the account number and the control out of what is recorded', async () => {
  const { port } = await gateway((socket) => socket.write(reply(ok)))
  const fields = {
    client_orderid: 'PO-1',
    amount: '1.00',
    currency: 'EUR',
    account_number: 'DE89370400440532013000',
  }
  const check = await payoutCheckRequest(connect(port), fields)
  expect(check.request.fields).toEqual({ ...fields, account_number: '…3000' })
  expect((await statusRequest(connect(port), ids)).request.fields).not.toHaveProperty('control')
})

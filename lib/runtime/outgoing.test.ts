/** Requests to addresses that people typed, over real sockets; only the look-up of names is ours. */
import { createServer } from 'node:http'
import type { IncomingMessage, RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { createOutgoing, isReachable } from './outgoing.ts'
import type { Resolve } from './outgoing.ts'

const closing: (() => void)[] = []
afterEach(() => {
  for (const close of closing.splice(0)) close()
})

async function serve(answer: RequestListener) {
  const heard: { request: IncomingMessage; body: string }[] = []
  let connections = 0
  const server = createServer((request, response) => {
    let body = ''
    request.on('data', (part: Buffer) => (body += part.toString()))
    request.on('end', () => {
      heard.push({ request, body })
      answer(request, response)
    })
  })
  server.on('connection', () => connections++)
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  closing.push(() => {
    server.closeAllConnections()
    server.close()
  })
  const { port } = server.address() as AddressInfo
  return { port, url: `http://127.0.0.1:${port}/hook`, heard, connections: () => connections }
}

function client(options: Partial<Parameters<typeof createOutgoing>[0]> = {}) {
  const outgoing = createOutgoing({ loopback: true, timeoutMs: 1_000, ...options })
  closing.push(() => outgoing.close())
  return outgoing
}

const post = (outgoing: ReturnType<typeof client>, url: string) =>
  outgoing.post(url, { headers: { 'content-type': 'application/json' }, body: '{"a":1}' })

describe('an address', () => {
  /** Every block that the registries of special addresses (RFC 6890 and after) keep from the open internet: the first and last of each. */
  const inner = [
    ['0.0.0.0', '0.255.255.255'],
    ['10.0.0.0', '10.255.255.255'],
    ['100.64.0.0', '100.127.255.255'],
    ['127.0.0.0', '127.255.255.255'],
    ['169.254.0.0', '169.254.169.254', '169.254.255.255'],
    ['172.16.0.0', '172.31.255.255'],
    ['192.0.0.0', '192.0.0.255'],
    ['192.0.2.0', '192.0.2.255'],
    ['192.88.99.0', '192.88.99.255'],
    ['192.168.0.0', '192.168.255.255'],
    ['198.18.0.0', '198.19.255.255'],
    ['198.51.100.0', '198.51.100.255'],
    ['203.0.113.0', '203.0.113.255'],
    ['224.0.0.0', '239.255.255.255'],
    ['240.0.0.0', '255.255.255.254', '255.255.255.255'],
  ].flat()
  const hex = (address: string) =>
    address
      .split('.')
      .map((part) => Number(part).toString(16).padStart(2, '0'))
      .join('')
      .replace(/^(.{4})/, '$1:')

  it.each(inner)('%s is not public, however IPv6 wraps it', (address) => {
    const wrapped = [
      `::ffff:${address}`,
      `::ffff:${hex(address)}`,
      `::ffff:0:${hex(address)}`,
      `::${hex(address)}`,
      `64:ff9b::${address}`,
      `64:ff9b::${hex(address)}`,
      `64:ff9b:1::${hex(address)}`,
      `2002:${hex(address)}::1`,
      `2001:0:4136:e378:8000:63bf:${hex(address)}`,
    ]
    expect([address, ...wrapped].filter((one) => isReachable(one, false))).toEqual([])
  })

  it.each([
    ['::'],
    ['::1'],
    ['::2'],
    ['::7f00:1'],
    ['100::1'],
    ['fe80::1'],
    ['fe80::1%eth0'],
    ['febf:ffff::1'],
    ['fec0::1'],
    ['fc00::1'],
    ['fd12:3456::1'],
    ['ff02::1'],
    ['ff0e::1'],
    ['2001::1'],
    ['2001:2::1'],
    ['2001:10::1'],
    ['2001:20::1'],
    ['2001:db8::1'],
    ['3fff::1'],
    ['5f00::1'],
    ['64:ff9b::5db8:d822'],
    ['2002:5db8:d822::1'],
    ['4000::1'],
    ['1::1'],
    [''],
    ['no address'],
    ['shop.example'],
  ])('%s is not public', (address) => {
    expect(isReachable(address, false)).toBe(false)
  })

  it('beside a block that is not public is public', () => {
    const outside = [
      '1.0.0.0',
      '9.255.255.255',
      '11.0.0.0',
      '100.63.255.255',
      '100.128.0.0',
      '126.255.255.255',
      '128.0.0.0',
      '169.253.255.255',
      '169.255.0.0',
      '172.15.255.255',
      '172.32.0.0',
      '192.167.255.255',
      '192.169.0.0',
      '198.17.255.255',
      '198.20.0.0',
      '223.255.255.255',
      '2001:4860::1',
      '2600::1',
      '2a00::1',
    ]
    expect(outside.filter((one) => !isReachable(one, false))).toEqual([])
  })

  it('of the open internet is public, and this machine’s own where that is allowed', () => {
    expect(
      ['93.184.216.34', '2606:2800:220:1::1', '::ffff:93.184.216.34'].map((one) => isReachable(one, false)),
    ).toEqual([true, true, true])
    expect(['127.0.0.1', '::1', '10.0.0.1'].map((one) => isReachable(one, true))).toEqual([true, true, false])
  })

  it('is judged as it is typed', () => {
    const problems = (loopback: boolean, ...urls: string[]) =>
      urls.map((url) => client({ loopback }).problem(url))
    expect(problems(false, 'https://shop.example/hook', 'https://shop.example:8443/hook?key=1')).toEqual([
      null,
      null,
    ])
    expect(
      problems(false, 'http://shop.example', 'ftp://shop.example', 'https://shop.example:22', 'shop.example'),
    ).toEqual(['https', 'https', 'port', 'address'])
    expect(
      problems(
        false,
        'https://10.0.0.1/',
        'https://2130706433/',
        'https://0x7f.1/',
        'https://[::1]/',
        'https://[::ffff:7f00:1]/',
        'https://localhost/',
        'https://0/',
        'https://127.1/',
        'https://017700000001/',
        'https://100.64.0.1/',
        'https://[64:ff9b::7f00:1]/',
        'https://[2002:7f00:1::]/',
        'https://[fe80::1]/',
      ),
    ).toEqual(Array.from({ length: 13 }, () => 'private'))
    const ports = [1, 21, 22, 25, 80, 444, 3306, 5432, 6379, 8080, 8444, 9200, 65_535]
    const closed = ports.map((port) => `https://shop.example:${port}/`)
    expect(new Set(problems(false, ...closed))).toEqual(new Set(['port']))
    expect(problems(false, 'https://shop.example:443/')).toEqual([null])
    expect(problems(false, 'https://u:p@shop.example/', 'https://shop.example/#x')).toEqual([
      'address',
      'address',
    ])
    expect(problems(true, 'http://localhost:3000/x', 'http://127.0.0.1:80/', 'http://shop.example/')).toEqual(
      [null, null, 'https'],
    )
    expect(problems(true, 'https://10.0.0.1/')).toEqual(['private'])
  })
})

describe('a request', () => {
  it('arrives, and its answer comes back with its beginning', async () => {
    const server = await serve((_, response) => response.writeHead(201).end('ok'.repeat(4_000)))
    expect(await post(client(), server.url)).toMatchObject({
      kind: 'answered',
      status: 201,
      beginning: 'ok'.repeat(512),
    })
    expect(server.heard.map(({ request, body }) => [request.method, body])).toEqual([['POST', '{"a":1}']])
  })

  it('reads no more of an endless answer than its beginning', async () => {
    const server = await serve((_, response) => {
      response.writeHead(200)
      const more = setInterval(() => response.write('x'.repeat(10_000)), 1)
      response.on('close', () => clearInterval(more))
    })
    expect(await post(client(), server.url)).toMatchObject({ kind: 'answered', status: 200 })
  })

  it.each([301, 302, 303, 307, 308])('follows no redirect (%i)', async (status) => {
    const inside = await serve((_, response) => response.end())
    const server = await serve((_, response) => response.writeHead(status, { location: inside.url }).end())
    expect(await post(client(), server.url)).toMatchObject({ kind: 'answered', status })
    expect(inside.connections()).toBe(0)
  })

  it('gives up on an answer that never comes, or never ends', async () => {
    const hanging = await serve(() => undefined)
    const dripping = await serve((_, response) => response.writeHead(200).write('x'))
    const outgoing = client({ timeoutMs: 150 })
    for (const { url } of [hanging, dripping])
      expect(await post(outgoing, url)).toMatchObject({
        kind: 'no_answer',
        why: 'no whole answer within 150 ms',
      })
  })

  it('says so when nobody listens', async () => {
    const server = await serve(() => undefined)
    closing.pop()?.()
    expect(await post(client(), server.url)).toMatchObject({ kind: 'no_answer' })
  })

  it('keeps to what the receiver asks for', async () => {
    const server = await serve((_, response) => response.writeHead(429, { 'retry-after': '7' }).end())
    expect(await post(client(), server.url)).toMatchObject({ status: 429, retryAfterMs: 7_000 })
  })
})

describe('a name', () => {
  const answers = (...lists: string[][]): { resolve: Resolve; asked: () => number } => {
    let asked = 0
    return {
      asked: () => asked,
      resolve: () => {
        const list = lists[Math.min(asked++, lists.length - 1)] ?? []
        return Promise.resolve(list.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })))
      },
    }
  }

  it('is looked up once for a connection, which goes to exactly what was judged', async () => {
    const server = await serve((_, response) => response.end())
    // The second answer would lead elsewhere: nothing asks for it.
    const names = answers(['127.0.0.1'], ['10.0.0.1'])
    const outgoing = client({ resolve: names.resolve })
    expect(await post(outgoing, `http://localhost:${server.port}/`)).toMatchObject({ kind: 'answered' })
    expect([names.asked(), server.heard.length]).toEqual([1, 1])
  })

  it('that answers with an inner address the second time reaches nothing then', async () => {
    const server = await serve((_, response) => response.writeHead(200, { connection: 'close' }).end())
    const names = answers(['127.0.0.1'], ['169.254.169.254'])
    const outgoing = client({ resolve: names.resolve })
    const url = `http://localhost:${server.port}/`
    expect(await post(outgoing, url)).toMatchObject({ kind: 'answered' })
    expect(await post(outgoing, url)).toMatchObject({
      kind: 'refused',
      why: 'localhost leads to 169.254.169.254, which is not public',
    })
    expect(server.heard).toHaveLength(1)
  })

  it('that leads to this machine is refused in production, wherever in its list the address is', async () => {
    const server = await serve((_, response) => response.end())
    const lists = [
      ['127.0.0.1'],
      ['93.184.216.34', '127.0.0.1'],
      ['127.0.0.1', '93.184.216.34'],
      ['2606:2800:220:1::1', '93.184.216.34', '::1'],
      ['::1'],
      ['::ffff:127.0.0.1'],
      ['64:ff9b::7f00:1'],
      ['0.0.0.0'],
    ]
    for (const list of lists) {
      const outgoing = client({ loopback: false, resolve: answers(list).resolve })
      expect(await post(outgoing, 'https://shop.example:8443/')).toMatchObject({ kind: 'refused' })
    }
    expect(server.connections()).toBe(0)
  })

  it('without an address, or an address that may not be typed, sends nothing', async () => {
    const outgoing = client({ loopback: false, resolve: answers([]).resolve })
    expect(await post(outgoing, 'https://shop.example/')).toMatchObject({
      kind: 'no_answer',
      why: 'shop.example has no address',
    })
    expect(await post(outgoing, 'http://127.0.0.1:1/')).toMatchObject({ kind: 'refused' })
  })
})

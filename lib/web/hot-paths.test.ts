import { createServer, request } from 'node:http'
import type { IncomingHttpHeaders, OutgoingHttpHeaders } from 'node:http'
import type { AddressInfo } from 'node:net'
import { gunzipSync } from 'node:zlib'
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { WholeResponse } from '#lib/runtime/whole-response.ts'
import { hotPaths } from './hot-paths.ts'
import type { RouteModule } from './route-module.ts'

const report = vi.fn()
const said = [
  ['short', { status: 202, headers: { 'Content-Type': 'application/json', 'X-More': 'a, 1' } }, '{"é":1}'],
  ['long', { status: 200, headers: { 'Content-Type': 'application/json' } }, `"${'é'.repeat(2000)}"`],
] as const
const routes: Record<string, RouteModule> = {
  '/api/thing': {
    GET: () => Response.json({ is: 'a thing' }),
    POST: async (asked) => {
      const body = await asked.text()
      return Response.json({
        body,
        from: asked.headers.get('x-client-ip'),
        twice: asked.headers.get('x-twice'),
      })
    },
  },
  '/api/thing.json': {
    GET: () => new Response('x'.repeat(5000), { headers: { 'Content-Type': 'application/json' } }),
  },
  '/api/[name]/state': {
    GET: async (asked, { params }) =>
      Response.json({ params: (await params) as unknown, url: new URL(asked.url).search }),
    HEAD: () => new Response(null, { status: 405 }),
  },
  '/api/bug': {
    GET: () => {
      throw new Error('a bug')
    },
    POST: () => Promise.reject(new Error('a late bug')),
  },
  '/api/rest/[[...path]]': { GET: () => new Response('rest') },
  ...Object.fromEntries(
    said.flatMap(([name, init, text]) => [
      [`/api/${name}/whole`, { GET: () => new WholeResponse(text, init) }],
      [`/api/${name}/streamed`, { GET: () => new Response(text, init) }],
    ]),
  ),
}

const answererOf = hotPaths(report, routes)
const server = createServer((incoming, outgoing) => {
  // As lib/web/main.ts tells the handlers who calls.
  incoming.headers['x-client-ip'] = '192.0.2.1'
  const answer = answererOf(incoming)
  if (answer) void answer(incoming, outgoing)
  else outgoing.writeHead(299).end('framework')
})
let port = 0
beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  port = (server.address() as AddressInfo).port
})
afterAll(() => server.close())
beforeEach(() => report.mockReset())

type Answered = { status: number; headers: IncomingHttpHeaders; body: Buffer }
const ask = (path: string, method = 'GET', headers: OutgoingHttpHeaders = {}, body = '') =>
  new Promise<Answered>((resolve, reject) => {
    const asked = request({ port, host: '127.0.0.1', path, method, headers }, (answer) => {
      const chunks: Buffer[] = []
      answer.on('data', (chunk: Buffer) => chunks.push(chunk))
      answer.on('end', () =>
        resolve({ status: answer.statusCode ?? 0, headers: answer.headers, body: Buffer.concat(chunks) }),
      )
    })
    asked.on('error', reject)
    asked.end(body)
  })
const textOf = ({ body }: Answered) => body.toString()
const jsonOf = (answered: Answered) => JSON.parse(textOf(answered)) as unknown

describe('a hot path', () => {
  it('is answered by its handler, with the parameters of its address', async () => {
    expect(jsonOf(await ask('/api/thing?x=1'))).toEqual({ is: 'a thing' })
    expect(jsonOf(await ask('/api/some-name/state?a=%ff+b'))).toEqual({
      params: { name: 'some-name' },
      url: '?a=%ff+b',
    })
    expect(textOf(await ask('/api/rest'))).toBe('rest')
    expect(textOf(await ask('/api/rest/of/it'))).toBe('rest')
  })

  it('answers HEAD as GET unless the module says otherwise', async () => {
    expect(await ask('/api/thing', 'HEAD')).toMatchObject({ status: 200, body: Buffer.alloc(0) })
    expect(await ask('/api/a/state', 'HEAD')).toMatchObject({ status: 405 })
  })

  it.each([
    ['/api/other', 'GET'],
    ['/api/thing/', 'GET'],
    ['/api//thing', 'GET'],
    ['/api/./thing', 'GET'],
    ['/api/th%69ng', 'GET'],
    ['/api/thingxjson', 'GET'],
    ['/api/a%20b/state', 'GET'],
    ['/API/thing', 'GET'],
    ['/api/restful', 'GET'],
    ['/api/thing', 'PUT'],
    ['/api/thing', 'OPTIONS'],
    ['/api/thing', 'PROPFIND'],
  ])('is the framework’s in any other form: %s by %s', async (path, method) => {
    expect(await ask(path, method)).toMatchObject({ status: 299 })
  })

  it('is the framework’s for a host of no usual form', async () => {
    for (const host of ['a b', 'a@b']) expect((await ask('/api/thing', 'GET', { host })).status).toBe(299)
    for (const host of ['[::1]:80', 'a-b.example'])
      expect((await ask('/api/thing', 'GET', { host })).status).toBe(200)
  })

  it('hears our word on who calls, not the caller’s, and other headers as the framework would', async () => {
    const headers = { 'X-Client-Ip': '203.0.113.9', 'X-Twice': ['a', 'b'] }
    expect(jsonOf(await ask('/api/thing', 'POST', headers, 'said'))).toEqual({
      body: 'said',
      from: '192.0.2.1',
      twice: 'a, b',
    })
  })

  it('answers a bare 500 when its handler throws, and reports where', async () => {
    for (const method of ['GET', 'POST'] as const) {
      const answer = await ask('/api/bug', method)
      expect([answer.status, textOf(answer)]).toEqual([500, ''])
      expect(report).toHaveBeenLastCalledWith(
        expect.objectContaining({ message: expect.stringContaining('bug') as string }),
        { route: '/api/bug', routeType: 'route', method },
      )
    }
  })

  it.each(said)('is answered alike whether its text is at hand or in a stream: %s', async (name) => {
    for (const method of ['GET', 'HEAD'])
      for (const encoding of ['gzip', 'identity']) {
        const [whole, streamed] = await Promise.all(
          ['whole', 'streamed'].map((how) =>
            ask(`/api/${name}/${how}`, method, { 'accept-encoding': encoding }),
          ),
        )
        expect({ ...whole, headers: { ...whole?.headers, date: '' } }).toEqual({
          ...streamed,
          headers: { ...streamed?.headers, date: '' },
        })
      }
  })

  it('compresses a long answer for those who take gzip', async () => {
    const packed = await ask('/api/thing.json', 'GET', { 'accept-encoding': 'br, gzip;q=0.5' })
    expect(packed.headers).toMatchObject({ 'content-encoding': 'gzip', vary: 'Accept-Encoding' })
    expect(gunzipSync(packed.body).toString()).toBe('x'.repeat(5000))
    for (const accepted of ['gzip;q=0', 'gzip; q=0.0, br', 'br', 'identity'])
      expect(
        (await ask('/api/thing.json', 'GET', { 'accept-encoding': accepted })).headers,
      ).not.toHaveProperty('content-encoding')
    const short = await ask('/api/thing', 'GET', { 'accept-encoding': 'gzip' })
    expect(short.headers).not.toHaveProperty('content-encoding')
    expect(jsonOf(short)).toEqual({ is: 'a thing' })
  })
})

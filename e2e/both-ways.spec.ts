// The API's busy addresses are answered before the framework (lib/web/hot-paths.ts). Every kind of request goes to two web servers on one
// database, one of which passes everything to the framework, and both must say the same.
import { createHash, randomUUID } from 'node:crypto'
import { freePort } from '#lib/processes/free-port.ts'
import { expect, test } from './support/fixtures.ts'
import { requestBody } from './support/payouts.ts'
import { sendRaw } from './support/raw-http.ts'
import type { RawAnswer } from './support/raw-http.ts'
import { findRoutes } from './support/routes.ts'
import { environmentOf, newStack } from './support/stack.ts'
import type { Stack } from './support/stack.ts'

let beside: Stack
const ports = { direct: 0, framework: 0 }
type Way = keyof typeof ports

test.beforeAll(async ({ stack }) => {
  ports.direct = Number(new URL(stack.appUrl).port)
  ports.framework = await freePort(23_400)
  beside = newStack()
  // The same APP_URL: links in answers don't differ.
  const environment = { ...stack.environment, PORT: String(ports.framework) }
  const web = beside.start('web', environmentOf('web', environment), {
    name: 'web-through-next',
    args: ['--through-next'],
  })
  await beside.untilAnswers(web, `http://localhost:${ports.framework}/api/health/live`)
})
test.afterAll(() => beside.stop())

type Ask = {
  method?: string
  path: string
  headers?: readonly [string, string][]
  body?: string | Buffer
  /** Instead of "HTTP/1.1". */
  version?: string
  host?: string | null
}

function bytesOf({ method = 'GET', path, headers = [], body = '', version = 'HTTP/1.1', host }: Ask): Buffer {
  const named = (name: string) => headers.some(([one]) => one.toLowerCase() === name)
  const lines = [
    `${method} ${path} ${version}`,
    ...(host === null ? [] : [`Host: ${host ?? `localhost:${ports.direct}`}`]),
    'Connection: close',
    ...headers.map(([name, value]) => `${name}: ${value}`),
    ...(body.length > 0 && !named('transfer-encoding') && !named('content-length')
      ? [`Content-Length: ${Buffer.byteLength(body)}`]
      : []),
  ]
  return Buffer.concat([Buffer.from(`${lines.join('\r\n')}\r\n\r\n`, 'latin1'), Buffer.from(body)])
}

const send = (way: Way, ask: Ask) => sendRaw(ports[way], bytesOf(ask))

const isNextsOwn = (vary: string) => /^(rsc|next-.*)$/i.test(vary)
/** How the body is packed for the way, and when it was sent. */
const packing = [
  'date',
  'connection',
  'keep-alive',
  'transfer-encoding',
  'content-length',
  'content-encoding',
]

/** What must not depend on the way: without packing, Next's own marks, and what is new each time. */
function comparable({ status, headers, body }: RawAnswer) {
  const kept = headers
    .filter(([name]) => !packing.includes(name))
    .map(([name, value]) => {
      if (name !== 'vary') return `${name}: ${value}`
      const others = value.split(', ').filter((one) => !isNextsOwn(one) && !/^accept-encoding$/i.test(one))
      return others.length > 0 ? `vary: ${others.join(', ')}` : ''
    })
    .filter((line) => line !== '')
    .map(freshAway)
    .sort()
  // The framework's own page is the same file both ways, but for nonces and the order of its parts.
  const isPage = kept.some((line) => /^content-type: text\/(html|x-component)/.test(line))
  return { status, headers: kept, body: isPage ? 'a page' : freshAway(body) }
}

/** Ids, links and times differ from request to request, not from way to way. */
const freshAway = (text: string) =>
  text
    .replaceAll(/[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}/g, '{uuid}')
    .replaceAll(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, '{time}')
    .replaceAll(/nonce(-|=")[^'"]+/g, '{nonce}')
    .replaceAll(/\/pay\/[\w-]+/g, '/pay/{token}')
    .replaceAll(/"(id|clientOrderId)":"[^"]+"/g, '"$1":"{id}"')

/** The framework marks what went through it. */
const wentThroughNext = ({ headers }: RawAnswer) =>
  headers.some(([name, value]) => name === 'vary' && value.split(', ').some(isNextsOwn))

/**
 * Sends it both ways and compares; `ask` is called for each way, for what can be sent only once. Whether it was answered directly. What
 * can be sent again is, while the answers differ, for workers move payouts between one and the other.
 */
async function bothWays(what: string, ask: (way: Way) => Ask): Promise<boolean> {
  let direct: RawAnswer | undefined
  const compare = async () => {
    const framework = await send('framework', ask('framework'))
    direct = await send('direct', ask('direct'))
    expect(comparable(direct), what).toEqual(comparable(framework))
  }
  // The same request each time: to read, or to ask again for what there is.
  const isRepeated = JSON.stringify(ask('direct')) === JSON.stringify(ask('framework'))
  if (isRepeated && ask('direct').path.startsWith('/api/v1/payouts'))
    await expect(compare).toPass({ timeout: 10_000 })
  else await compare()
  return direct !== undefined && !wentThroughNext(direct)
}

const isHot = (pattern: string) => /^\/api\/(cardzo|pay|health|v1)\//.test(pattern)
const methods = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']
const json: [string, string] = ['Content-Type', 'application/json']
const form: [string, string] = ['Content-Type', 'application/x-www-form-urlencoded']

test('every route answers every method alike, with and without a key', async ({ stack, payouts }) => {
  const { id, statusUrl } = await payouts.create({ scenario: 'stays-validating' })
  const token = new URL(statusUrl!).pathname.split('/').at(-1)!
  const values: Record<string, string[]> = {
    token: [token, 'nobody'],
    id: [id, 'nobody'],
    externalId: ['nobody'],
  }
  const hot = findRoutes().filter(({ pattern }) => isHot(pattern))
  expect(hot.length).toBeGreaterThanOrEqual(11)
  const paths = hot.flatMap(({ pattern }) => {
    if (pattern.includes('[[')) return ['/api/v1', '/api/v1/nothing', '/api/v1/payouts/x/y/z']
    // The last of its parameters changes; those before it are of things that exist, where we know some.
    const names = [...pattern.matchAll(/\[(\w+)\]/g)].map(([, name]) => name!)
    const last = names.at(-1)
    const placed = names
      .slice(0, -1)
      .reduce((path, name) => path.replace(`[${name}]`, values[name]![0]!), pattern)
    return last === undefined ? [pattern] : values[last]!.map((value) => placed.replace(`[${last}]`, value))
  })
  let direct = 0
  for (const path of paths)
    for (const method of methods)
      for (const [who, headers] of [
        ['nobody', []],
        ['a stranger', [['Authorization', 'Bearer cpp_wrong']]],
        ['a shop', [['Authorization', `Bearer ${stack.apiKey}`]]],
      ] as const) {
        // A key makes a difference below /api/v1 only. Cancelling once is a test of its own.
        if (who !== 'nobody' && !path.startsWith('/api/v1')) continue
        if (method === 'POST' && who === 'a shop' && path.includes(id)) continue
        // A stream has no end to wait for; HEAD says how it begins.
        if (method === 'GET' && path === `/api/pay/${token}/events`) continue
        if (
          await bothWays(`${method} ${path} for ${who}`, () => ({
            method,
            path,
            headers: headers.map(([name, value]) => [name, value]),
          }))
        )
          direct++
      }
  expect(direct).toBeGreaterThan(100)
})

test('what is asked for and sent makes no difference', async ({ stack }) => {
  const key: [string, string] = ['Authorization', `Bearer ${stack.apiKey}`]
  const control = String(stack.environment['CARDZO_MERCHANT_CONTROL'])
  const direct: Record<string, boolean> = {}
  const check = async (what: string, ask: (way: Way) => Ask) => (direct[what] = await bothWays(what, ask))

  const order = { direct: `7${Date.now()}`, framework: `8${Date.now()}` }
  const callback = (way: Way, more: Record<string, string> = {}) => {
    const ids = { status: 'approved', orderid: order[way], client_orderid: 'of-another-shop', ...more }
    const signed = `${ids.status}${ids.orderid}${ids.client_orderid}${control}`
    return new URLSearchParams({
      ...ids,
      control: createHash('sha1').update(signed).digest('hex'),
    }).toString()
  }
  const at = '/api/cardzo/callback'
  for (const time of ['new', 'repeated']) {
    await check(`${time} callback by GET`, (way) => ({ path: `${at}?${callback(way)}` }))
    await check(`${time} callback by POST`, (way) => ({
      ...{
        method: 'POST',
        path: at,
        headers: [form],
        body: callback(way, { status: 'declined', type: 'reversal' }),
      },
    }))
  }
  await check('a callback in chunks', (way) => {
    const text = callback(way)
    const cut = [text.slice(0, 9), text.slice(9), ''].map(
      (part) => `${part.length.toString(16)}\r\n${part}\r\n`,
    )
    return { method: 'POST', path: at, headers: [form, ['Transfer-Encoding', 'chunked']], body: cut.join('') }
  })
  await check('a callback that waits for leave', (way) => ({
    ...{ method: 'POST', path: at, headers: [form, ['Expect', '100-continue']], body: callback(way) },
  }))
  const broken: Record<string, Ask> = {
    'a query of odd characters': { path: `${at}?a=%ff+b%20c&&=&%&${'x'.repeat(3000)}` },
    'the framework’s own parameters': { path: `${at}?_rsc=1&nxtPtoken=2&__nextLocale=en` },
    'a parameter given twice': { path: `${at}?status=a&status=b` },
    'a wrong control': { path: `${at}?${callback('direct')}0` },
    'a body that is too long': { method: 'POST', path: at, headers: [form], body: 'a'.repeat(70_000) },
    'a body that is far too long': { method: 'POST', path: at, headers: [form], body: 'a'.repeat(3_000_000) },
    'an endless body in chunks': {
      ...{ method: 'POST', path: at, headers: [form, ['Transfer-Encoding', 'chunked']] },
      body: `11170\r\n${'a'.repeat(70_000)}\r\n0\r\n\r\n`,
    },
    'a body of another type': { method: 'POST', path: at, headers: [json], body: '{}' },
    'two types': { method: 'POST', path: at, headers: [form, json], body: 'a=b' },
    'an empty form': { method: 'POST', path: at, headers: [form] },
  }
  for (const [what, ask] of Object.entries(broken)) await check(what, () => ask)

  const list = '/api/v1/payouts'
  await check('a new payout', () => ({
    ...{ method: 'POST', path: list, body: JSON.stringify(requestBody({ amount: '12.34' })) },
    headers: [key, json, ['Idempotency-Key', randomUUID()]],
  }))
  const again = { id: randomUUID(), body: JSON.stringify(requestBody({ amount: '12.35' })) }
  const replay: Ask = {
    method: 'POST',
    path: list,
    headers: [key, json, ['Idempotency-Key', again.id]],
    body: again.body,
  }
  await send('direct', replay)
  await check('a payout that was asked for before', () => replay)
  const asked: Record<string, Ask> = {
    'a list': { path: `${list}?limit=2`, headers: [key] },
    'a list in gzip': { path: `${list}?limit=50`, headers: [key, ['Accept-Encoding', 'gzip, deflate, br']] },
    'the description in gzip': { path: '/api/v1/openapi.json', headers: [['Accept-Encoding', 'gzip']] },
    'the head of it in gzip': {
      method: 'HEAD',
      path: '/api/v1/openapi.json',
      headers: [['Accept-Encoding', 'gzip']],
    },
    'the description, not in gzip': {
      path: '/api/v1/openapi.json',
      headers: [['Accept-Encoding', 'gzip;q=0']],
    },
    'a list with a wrong limit': { path: `${list}?limit=x`, headers: [key] },
    'two keys': { path: list, headers: [key, ['Authorization', 'Bearer other']] },
    'a key behind blanks': { path: list, headers: [['AUTHORIZATION', `  bearer   ${stack.apiKey}  `]] },
    'no JSON': { method: 'POST', path: list, headers: [key, json], body: '{' },
    'JSON that is no UTF-8': {
      method: 'POST',
      path: list,
      headers: [key, json],
      body: Buffer.from([0x22, 0xff, 0x22]),
    },
    'JSON that is too long': {
      method: 'POST',
      path: list,
      headers: [key, json],
      body: `"${'a'.repeat(70_000)}"`,
    },
    'no type': { method: 'POST', path: list, headers: [key], body: '{}' },
    'no idempotency key': { method: 'POST', path: list, headers: [key, json], body: '{}' },
    'a grant of nothing': { method: 'POST', path: '/api/v1/grants', headers: [key, json], body: '{}' },
    'a cookie': { path: '/api/health/live', headers: [['Cookie', 'a=b; portal-session=c']] },
  }
  for (const [what, ask] of Object.entries(asked)) await check(what, () => ask)
  // Else the test compares the framework with itself.
  expect(Object.entries(direct).filter(([, one]) => !one)).toEqual([])
})

test('odd addresses and requests are treated alike', async ({ stack }) => {
  const key: [string, string] = ['Authorization', `Bearer ${stack.apiKey}`]
  const live = '/api/health/live'
  const odd: Record<string, Ask> = {
    'a slash at the end': { path: `${live}/` },
    'two slashes': { path: '/api//health/live' },
    'two slashes first': { path: '//api/health/live' },
    'dots to itself': { path: '/api/health/./live' },
    'dots upwards': { path: '/api/v1/../health/live' },
    'an escaped letter': { path: '/api/health/l%69ve' },
    'an escaped slash': { path: '/api/pay/a%2fb/status' },
    'an escape of no character': { path: '/api/pay/%E0%A4%A/status' },
    'a lone percent sign': { path: '/api/pay/%/status' },
    'an id that is escaped': { path: '/api/v1/receivers/a%2Fb%25c/balances', headers: [key] },
    'a backslash': { path: '/api/health\\live' },
    capitals: { path: '/API/health/live' },
    'a semicolon': { path: `${live};a=b` },
    'nothing below': { path: '/api/health' },
    'something else below': { path: '/api/health/other' },
    'more below': { path: `${live}/more` },
    'below the callback': { path: '/api/cardzo/callback/more' },
    'above the callback': { path: '/api/cardzo' },
    'no token': { path: '/api/pay/status' },
    'an empty token': { path: '/api/pay//status' },
    'the framework’s file of it': { path: `${live}.rsc` },
    'the framework’s data of it': { path: '/_next/data/x/api/health/live.json' },
    'a file in the API': { path: '/api/v1/payouts.json', headers: [key] },
    'a very long address': { path: `/api/v1/${'a'.repeat(8000)}`, headers: [key] },
    'an action': {
      method: 'POST',
      path: '/api/cardzo/callback',
      headers: [['Next-Action', 'x'], form],
      body: 'a=b',
    },
    'a header to override the method': {
      method: 'POST',
      path: live,
      headers: [['X-HTTP-Method-Override', 'GET']],
    },
    'another scheme and host': { path: `http://localhost${live}` },
    'a foreign host in the address': { path: `http://evil.example/api/pay/a/status` },
    'a host that is no name': { path: live, host: 'a b' },
    'a host with a user': { path: live, host: 'a@b' },
    'a foreign host': { path: live, host: 'evil.example' },
    'a foreign host where it matters': { path: '/api/pay/a/status', host: 'evil.example' },
    'HTTP/1.0': { path: live, version: 'HTTP/1.0' },
    'HTTP/1.0 without a host': { path: live, version: 'HTTP/1.0', host: null },
    'HTTP/1.1 without a host': { path: live, host: null },
    'a method nobody knows': { method: 'PROPFIND', path: live },
    'a body with GET': { path: live, body: 'a=b' },
    TRACE: { method: 'TRACE', path: live },
    upgrade: { path: live, headers: [['Upgrade', 'websocket']] },
    'one range': { path: '/api/v1/openapi.json', headers: [['Range', 'bytes=0-1']] },
    'a condition': { path: '/api/v1/openapi.json', headers: [['If-None-Match', '*']] },
  }
  for (const [what, ask] of Object.entries(odd)) await bothWays(what, () => ask)
  const ofTheFramework = [
    ...['RSC', 'Next-Router-Prefetch', 'Next-Router-State-Tree', 'Next-Url', 'Next-Action'],
    ...[
      'X-Nextjs-Data',
      'X-Middleware-Subrequest',
      'X-Matched-Path',
      'X-Invoke-Path',
      'X-Prerender-Revalidate',
    ],
  ]
  for (const name of ofTheFramework) await bothWays(name, () => ({ path: live, headers: [[name, '1']] }))
})

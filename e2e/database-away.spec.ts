// The database goes away and comes back behind a web server and a worker of this test's own.
import { createHash } from 'node:crypto'
import { createServer, connect } from 'node:net'
import type { AddressInfo, Server, Socket } from 'node:net'
import { expect, test } from './support/fixtures.ts'
import { freePort } from '#lib/processes/free-port.ts'
import { connectPayouts, pressApprove } from './support/payouts.ts'
import { environmentOf, newStack } from './support/stack.ts'
import type { RunningStack, Stack } from './support/stack.ts'

/** A proxy in front of the database. Closed: it refuses connections and drops the open ones. Mute: nobody gets an answer. */
class Door {
  readonly #server: Server
  readonly #sockets = new Set<Socket>()
  readonly #to: URL
  #port = 0
  #mute = false

  constructor(databaseUrl: string) {
    this.#to = new URL(databaseUrl)
    this.#server = createServer((socket) => this.#pass(socket))
  }

  async open(): Promise<void> {
    this.#mute = false
    this.#throwOut()
    if (this.#server.listening) return
    await new Promise<void>((resolve) => this.#server.listen(this.#port, '127.0.0.1', resolve))
    this.#port = (this.#server.address() as AddressInfo).port
  }

  async close(): Promise<void> {
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()))
    this.#throwOut()
    await closed
  }

  mute(): void {
    this.#mute = true
  }

  /** The database's address through the proxy. */
  url(): string {
    const through = new URL(this.#to)
    through.port = String(this.#port)
    return through.href
  }

  #throwOut(): void {
    for (const socket of this.#sockets) socket.destroy()
  }

  #pass(socket: Socket): void {
    const inner = connect(Number(this.#to.port), this.#to.hostname)
    for (const [from, to] of [
      [socket, inner],
      [inner, socket],
    ] as const) {
      this.#sockets.add(from)
      from.on('data', (chunk) => {
        if (!this.#mute) to.write(chunk)
      })
      from.on('error', () => undefined)
      from.on('close', () => {
        this.#sockets.delete(from)
        to.destroy()
      })
    }
  }
}

let door: Door
let beside: Stack
let appUrl = ''

test.use({ baseURL: async ({}, use) => use(appUrl) })

test.beforeAll(async ({ stack }) => {
  door = new Door(stack.databaseUrl)
  await door.open()
  const port = await freePort(23_300)
  appUrl = `http://localhost:${port}`
  beside = newStack()
  const environment = {
    ...stack.environment,
    DATABASE_URL: door.url(),
    PORT: String(port),
    APP_URL: appUrl,
    // This server is behind a proxy.
    TRUSTED_PROXY_HOPS: '1',
  }
  beside.start('worker', environmentOf('worker', environment), { name: 'worker-behind-door' })
  const web = beside.start('web', environmentOf('web', environment), { name: 'web-behind-door' })
  await beside.untilAnswers(web, `${appUrl}/api/health/ready`)
})

test.afterAll(async () => {
  await beside.stop()
  await door.close()
})

test('metrics are for this machine only, and not for callers through a proxy', async ({ request }) => {
  const from = async (address: string) =>
    (await request.get('/api/metrics', { headers: { 'x-forwarded-for': address } })).status()
  expect(await from('203.0.113.9')).toBe(403)
  expect(await from('127.0.0.1, 203.0.113.9')).toBe(403)
  expect(await from('203.0.113.9, 127.0.0.1')).toBe(403)
  expect((await request.get('/api/metrics')).status()).toBe(200)
})

for (const how of ['mute', 'away'] as const)
  test(`while the database is ${how} everybody learns so, and afterwards everything continues by itself`, async ({
    page,
    newPerson,
    request,
    playwright,
    complaints,
    signIn,
    stack,
  }) => {
    complaints.allow(/status of 503|net::ERR/)
    const api = await playwright.request.newContext({
      baseURL: appUrl,
      extraHTTPHeaders: { Authorization: `Bearer ${stack.apiKey}` },
      timeout: 20_000,
    })
    const payouts = connectPayouts(api)
    const payout = await payouts.awaiting()
    const status = new URL(payout.statusUrl!).pathname
    await page.goto(status)
    const desk = await newPerson({ baseURL: appUrl })
    await signIn(desk, 'approver')
    await desk.goto(`/desk/payouts/${payout.id}`)

    if (how === 'away') await door.close()
    else door.mute()

    const paths = ['/', '/sign-in', status, '/desk']
    // Together, for each waits until it gives up.
    for (const [path, asked] of paths.map((path) => [path, request.get(path)] as const)) {
      const answer = await asked
      expect(answer.status(), path).toBe(503)
      expect(answer.headers()['retry-after'], path).toBe('5')
      expect(answer.headers()['content-security-policy'], path).toContain("default-src 'none'")
      expect(await answer.text(), path).toContain('Nothing is lost')
    }
    const callback = signedCallback(stack, payout.gateway.orderId!, payout.gateway.clientOrderId)
    const answers = await Promise.all([
      request.get(`/api/cardzo/callback?${callback}`),
      request.get(`/api${status}/status`),
      request.get(`${status}/return`, { maxRedirects: 0 }),
      api.get(`/api/v1/payouts/${payout.id}`),
      request.get('/api/health/ready'),
      request.get('/desk/payouts/export', { headers: { cookie: 'portal-session=r_made-up' } }),
    ])
    for (const answer of answers) expect.soft(answer.status(), answer.url()).toBe(503)
    expect(await answers[3].json()).toMatchObject({ code: 'unavailable' })
    expect((await request.get('/api/health/live')).status()).toBe(200)
    // An open page stays open and says what it knows.
    await expect(page.getByRole('status').filter({ hasText: 'Connection lost' })).toBeVisible()
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('Waiting for approval')
    await pressApprove(desk)
    await expect(desk.getByRole('alert').filter({ hasText: 'Not approved' })).toContainText(
      'We can’t do this right now',
      { timeout: 20_000 },
    )

    await door.open()
    await expect(async () => {
      expect((await request.get('/api/health/ready')).status()).toBe(200)
    }).toPass({ timeout: 20_000 })
    expect((await request.get(`/api/cardzo/callback?${callback}`)).status()).toBe(200)
    await pressApprove(desk)
    await expect(desk.getByRole('status').filter({ hasText: 'Approved' })).toBeVisible()
    await payouts.until(payout.id, 'paid')
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('Paid')
    await expect(page.getByText('Connection lost')).toHaveCount(0)
    await api.dispose()
  })

/** As Cardzo would send it again until it is stored. */
function signedCallback(stack: RunningStack, orderId: string, clientOrderId: string): string {
  const status = 'processing'
  const secret = stack.environment['CARDZO_MERCHANT_CONTROL'] ?? ''
  const control = createHash('sha1')
    .update(status + orderId + clientOrderId + secret)
    .digest('hex')
  return new URLSearchParams({ status, orderid: orderId, client_orderid: clientOrderId, control }).toString()
}

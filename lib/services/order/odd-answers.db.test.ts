/** Answers that Cardzo really gives, over a real connection, and what they do to a payout. */
import { createServer } from 'node:http'
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createCardzoConnection } from '#lib/cardzo/index.ts'
import kat from '#lib/cardzo/kat.json' with { type: 'json' }
import { createGateway } from '#lib/gateway/gateway.ts'
import { approvePayout } from '#lib/services/approval/approve-payout.ts'
import { payoutView } from '#lib/services/payout/payout-view.ts'
import type { Payout } from '#lib/services/ports.ts'
import { leaseMsFor } from './step.ts'
import { createTestPortal, seen } from '#lib/services/testing/portal.ts'
import { statusView } from '#lib/services/payout/show-status.ts'
import { eventView } from '#lib/services/webhook/event-view.ts'
import { workPayout } from './work-payout.ts'

type Command = 'payout-check' | 'payout-pay' | 'status'
/** The fields of the answer, or `silence`: the connection is cut. */
type Answer = Record<string, string> | { httpStatus: number; json: Record<string, unknown> } | 'silence'

let portal: Awaited<ReturnType<typeof createTestPortal>>
let server: Server
let asked: Command[]
let answers: (command: Command, clientOrderId: string) => Answer
beforeEach(async () => {
  portal = await createTestPortal()
  asked = []
  server = createServer((request, response) => {
    let body = ''
    request.on('data', (chunk: Buffer) => (body += chunk.toString()))
    request.on('end', () => {
      const command = request.url?.split('/').at(-2) as Command
      asked.push(command)
      const answer = answers(command, new URLSearchParams(body).get('client_orderid') ?? '')
      if (answer === 'silence') response.destroy()
      else if ('json' in answer) {
        const { httpStatus, json } = answer as { httpStatus: number; json: Record<string, unknown> }
        response.writeHead(httpStatus, { 'Content-Type': 'application/json' }).end(JSON.stringify(json))
      } else {
        const pairs = Object.entries(answer).map(([name, value]) => `${name}=${encodeURIComponent(value)}\n`)
        response.writeHead(200, { 'Content-Type': 'text/html;charset=utf-8' }).end(pairs.join('&'))
      }
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const connection = createCardzoConnection({
    baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}/paynet`,
    endpoint: { id: '1' },
    login: 'test-login',
    privateKeyPem: kat.testKey.privatePkcs8Pem,
    merchantControl: 'secret',
    timeoutMs: 2000,
  })
  portal.deps.gateway = createGateway(connection, {
    merchantControl: 'secret',
    redirects: { allowedHosts: ['bank.example'], gatewayOrigin: connection.baseUrl, gatewayOnLoopback: true },
  })
})
afterEach(async () => {
  server.closeAllConnections()
  server.close()
  await portal.close()
})

/** A worker looks at it now. */
async function look(id: string): Promise<Payout> {
  await portal.wake(id)
  const { leased } = await portal.deps.payouts.claimDue(
    'worker',
    10,
    leaseMsFor(portal.deps.config.timeoutMs),
  )
  const one = leased.find(({ payout }) => payout.id === id)
  if (!one) throw new Error('it was not due')
  await workPayout(portal.deps, one)
  return portal.payout(id)
}
async function looks(id: string, times: number): Promise<Payout> {
  for (let n = 1; n < times; n++) await look(id)
  return look(id)
}
const sent = (command: Command) => asked.filter((one) => one === command).length

describe('a payout-check whose answer was lost', () => {
  it.each([
    {
      what: 'a decline of JSON mode with an order id',
      answer: {
        httpStatus: 400,
        json: { 'paynet-order-id': 12345, 'error-message': 'Declined by the issuer', 'error-code': 3 },
      },
    },
    {
      what: 'a refusal with an order id',
      answer: { type: 'validation-error', 'paynet-order-id': '12345', 'error-message': 'Order not found' },
    },
    { what: 'a decline', answer: { type: 'validation-error', 'error-message': 'Order is filtered' } },
    {
      what: 'another decline',
      answer: { type: 'validation-error', 'error-message': 'The issuing bank declined the payment.' },
    },
    { what: 'a wrong control', answer: { type: 'error', 'error-message': 'INVALID_CONTROL_CODE' } },
  ])('is never repeated on $what', async ({ answer }) => {
    portal.deps.config.timeoutMs = 0
    const id = await portal.ask()
    answers = (command) => (command === 'status' ? answer : 'silence')
    expect(await looks(id, 8)).toMatchObject({ status: 'requested' })
    expect(sent('payout-check')).toBe(1)
    expect(sent('status')).toBe(7)
  })

  it('is repeated once when Cardzo says three times that it knows no such order', async () => {
    portal.deps.config.timeoutMs = 0
    const id = await portal.ask()
    answers = (command, ours) =>
      command === 'status'
        ? { type: 'validation-error', 'error-message': `Order with merchant order id ${ours} not found` }
        : 'silence'
    await looks(id, 12)
    expect(sent('payout-check')).toBe(2)
  })
})

/** An order as Cardzo reports it; by default as it is after the bank's yes. */
let orderId = '6768788'
const order = (ours: string, more: Record<string, string> = {}) => ({
  type: 'status-response',
  'paynet-order-id': orderId,
  'merchant-order-id': ours,
  status: 'processing',
  'order-stage': 'payout_check_validated',
  ...more,
})
const accepted = (ours: string) => ({
  type: 'async-response',
  'paynet-order-id': orderId,
  'merchant-order-id': ours,
})
/** An approved payout that only waits for payout-pay. */
async function approved(): Promise<Payout> {
  answers = (command, ours) => (command === 'status' ? order(ours) : accepted(ours))
  const id = await portal.ask()
  const waiting = await looks(id, 2)
  // The same again within a day needs a reason.
  const told = { ...seen(waiting), note: 'Another test.' }
  expect(await approvePayout(portal.deps, await portal.approver(), told)).toMatchObject({ ok: true })
  return portal.payout(id)
}

describe('a status answer that is not about the payout', () => {
  const about = (type: string, status: string) => (command: Command, ours: string) =>
    command === 'status' ? order(ours, { status, 'transaction-type': type }) : accepted(ours)

  it.each([
    ['reversal', 'approved'],
    ['chargeback', 'declined'],
    ['reversal', 'processing'],
  ])('never lets it be paid and never ends it: %s, %s', async (type, status) => {
    const { id } = await approved()
    answers = about(type, status)
    expect(await looks(id, 3)).toMatchObject({ status: 'approved', gatewayStatus: 'processing' })
    expect(sent('payout-pay')).toBe(0)
    expect(await portal.items(id)).toEqual(['other_operation'])
    const events = await portal.deps.payouts.timeline(id)
    expect(events.filter(({ data }) => data['kind'] === 'other_operation')).toHaveLength(1)
    // The payout goes on as soon as Cardzo reports about it again.
    answers = (command, ours) =>
      command === 'status' ? order(ours, { 'transaction-type': 'payout' }) : accepted(ours)
    expect(await look(id)).toMatchObject({ status: 'processing' })
    expect(sent('payout-pay')).toBe(1)
  })

  it('never ends a payout that is under way', async () => {
    const { id } = await approved()
    expect(await look(id)).toMatchObject({ status: 'processing' })
    answers = about('reversal', 'approved')
    expect(await looks(id, 3)).toMatchObject({ status: 'processing', finalAt: null })
    expect(await portal.items(id)).toEqual(['other_operation'])
  })

  it('is kept as a record of its own after the end, once, and does not contradict the end', async () => {
    const { id } = await approved()
    await look(id)
    answers = about('payout', 'approved')
    expect(await look(id)).toMatchObject({ status: 'paid' })
    const { changedSums, changed } = portal.deps.callbackInbox
    const counted = async () => (await changedSums()).find(({ currency }) => currency === 'EUR')?.payouts ?? 0
    const before = await counted()
    answers = about('reversal', 'approved')
    expect(await looks(id, 3)).toMatchObject({ status: 'paid', dueAt: null, gatewayStatus: 'approved' })
    expect(await portal.items(id)).toEqual(['other_operation'])
    expect(await portal.deps.comparisons.changesOf(id)).toMatchObject([
      { gatewayStatus: 'reversal approved' },
    ])
    answers = about('chargeback', 'approved')
    expect(await looks(id, 2)).toMatchObject({ status: 'paid' })
    expect(await portal.items(id)).toEqual(['other_operation', 'other_operation'])

    // People read of it in a list and a mail, and beside what was paid, where it counts once; systems hear of it.
    const said = ['reversal approved', 'chargeback approved']
    const { rows } = await changed({ limit: 2, before: null })
    expect(rows).toMatchObject(said.toReversed().map((one) => ({ payoutId: id, status: 'paid', said: one })))
    expect(await counted()).toBe(before + 1)
    const mails = (await portal.mails({ payoutId: id })).map(({ text }) => text ?? '')
    for (const one of said) expect(mails.some((text) => text.includes(`“${one}”`))).toBe(true)
    const told = async () => {
      await portal.deps.webhooks.makeEvents(() => 0)
      const events = await portal.deps.webhooks.events(0n, null, 10_000)
      return (
        events
          .filter(({ type, payout }) => type === 'payout.changed_after_end' && payout?.id === id)
          // As a system reads it: what was said beside the payout, whose status stays what it was.
          .map((event) => eventView(event).data)
          .map((data) => [data.said?.status, data.payout?.status])
      )
    }
    await expect.poll(told, { timeout: 30_000 }).toEqual(said.map((one) => [one, null]))
    expect(await portal.deps.ledger.check()).toMatchObject({ balanced: true })
  })
})

describe('a status answer without a status', () => {
  it('never lets a payout be paid', async () => {
    const { id } = await approved()
    answers = (command, ours) => {
      const { status, ...without } = order(ours)
      return command === 'status' ? without : accepted(ours)
    }
    expect(await looks(id, 3)).toMatchObject({ status: 'approved' })
    expect(sent('payout-pay')).toBe(0)
  })
})

describe("the address of the bank's form", () => {
  it('reaches the receiver whole when it has 8,000 characters, in form and in JSON mode', async () => {
    const url = 'https://bank.example/form?request='.padEnd(8000, 'aA0%2F')
    for (const mode of ['form', 'json']) {
      const { id } = await approved()
      await look(id)
      answers = (_command, ours) => {
        const told = order(ours, { 'order-stage': 'payout_processing', 'redirect-to': url })
        return mode === 'form' ? told : { httpStatus: 200, json: told }
      }
      expect(await look(id)).toMatchObject({ status: 'action_required', redirectUrl: url })
      expect(payoutView(portal.deps.config, await portal.payout(id), new Map()).redirectUrl).toBe(url)
      expect(statusView(await portal.payout(id), { paused: false })).toMatchObject({
        redirectUrl: url,
        redirectHost: 'bank.example',
      })
      // The same order id belongs to one payout only.
      orderId = String(Number(orderId) + 1)
    }
  })
})

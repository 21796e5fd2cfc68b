import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { eventually, readCallback, startMerchant, type Merchant } from './testing/merchant.ts'

let merchant: Merchant
let ids: { clientOrderId: string; orderId: string }
beforeAll(async () => {
  merchant = await startMerchant()
  ids = await merchant.validated({ amount: '25.14' })
  await merchant.pay(ids)
  await merchant.until(ids, ({ status }) => status === 'approved')
})
afterAll(() => merchant.close())

/** Sends one by the control API and gives what arrived for it. */
async function push(body: object, expected = 1) {
  const before = merchant.inbox.received.length
  expect((await merchant.control(`orders/${ids.orderId}/callback`, body)).status).toBe(200)
  await eventually(() => merchant.inbox.received.length >= before + expected)
  return merchant.inbox.received.slice(before)
}

describe('a callback', () => {
  it('is signed and names both ids', async () => {
    const [params] = await push({})
    expect(readCallback(params!)).toMatchObject({
      ok: true,
      callback: { ...ids, status: 'approved', errorMessage: null },
    })
  })
  it('can come twice', async () => {
    const [first, second] = await push({ kind: 'doubled' }, 2)
    expect([...first!]).toEqual([...second!])
  })
  it('can be forged', async () => {
    const [params] = await push({ kind: 'forged' })
    expect(readCallback(params!)).toMatchObject({ ok: false, reason: 'bad_control' })
  })
  it('can have its ids shifted, under a hash that still fits', async () => {
    const [params] = await push({ kind: 'boundary_shifted' })
    const result = readCallback(params!)
    expect(result.ok && result.callback.orderId).toBe(ids.orderId.slice(0, -1))
    expect(result.ok && result.callback.clientOrderId).toBe(ids.orderId.slice(-1) + ids.clientOrderId)
  })
  it('can contradict the status, with a good signature', async () => {
    const [params] = await push({ kind: 'contradictory' })
    expect(readCallback(params!)).toMatchObject({ ok: true, callback: { status: 'declined' } })
    expect(await merchant.status(ids)).toMatchObject({ status: 'approved' })
  })
  it('can be about a reversal, which its signature does not cover', async () => {
    const [params] = await push({ kind: 'reversal' })
    expect(params?.get('type')).toBe('reversal')
    expect(readCallback(params!)).toMatchObject({ ok: true, callback: { ...ids, status: 'approved' } })
  })
  it('can come with other parameters under the same signature', async () => {
    const [plain] = await push({})
    const [other] = await push({ kind: 'other_params' })
    expect(other?.get('control')).toBe(plain?.get('control'))
    expect(other?.get('amount')).not.toBe(plain?.get('amount'))
  })
  it('can name a second order under our id, rightly signed', async () => {
    const [params] = await push({ kind: 'other_order' })
    expect(readCallback(params!)).toMatchObject({
      ok: true,
      callback: { clientOrderId: ids.clientOrderId, orderId: `${ids.orderId}7` },
    })
  })
  it('can come late, with any status', async () => {
    const startedAt = performance.now()
    const [params] = await push({ kind: 'late', status: 'processing', delayMs: 80 })
    expect(performance.now() - startedAt).toBeGreaterThanOrEqual(75)
    expect(readCallback(params!)).toMatchObject({ ok: true, callback: { status: 'processing' } })
  })
  it('is sent again until the merchant answers 200, and then no more', async () => {
    merchant.inbox.answer = 503
    await push({}, 3)
    merchant.inbox.answer = 200
    const order = merchant.simulator.ledger.byOrderId(ids.orderId)!
    await eventually(() => order.deliveries.at(-1)?.acknowledged)
    const { attempt } = order.deliveries.at(-1)!
    expect(attempt).toBeGreaterThanOrEqual(4)
    const answers = order.deliveries.slice(-attempt).map((delivery) => delivery.answer)
    expect(answers).toEqual([...Array.from({ length: attempt - 1 }, () => '503'), '200'])
  })
  it('is sent thirty times at most', async () => {
    const { settings, ledger } = merchant.simulator
    const { retryMs } = settings
    // The 29 gaps add up to 6,700 units, so that a thousandth of a millisecond is a fair unit here.
    settings.retryMs = 0.001
    const { orderId } = await merchant.validated({ server_callback_url: 'http://127.0.0.1:9/nobody' })
    await merchant.control(`orders/${orderId}/callback`, {})
    const { deliveries } = ledger.byOrderId(orderId)!
    await eventually(() => deliveries.length >= 30)
    for (let asked = 0; asked < 10; asked++) await merchant.control(`orders/${orderId}`)
    expect(deliveries.map(({ attempt }) => attempt)).toEqual(
      Array.from({ length: 30 }, (_, index) => index + 1),
    )
    expect(deliveries.some(({ acknowledged }) => acknowledged)).toBe(false)
    settings.retryMs = retryMs
  })
  it('is not possible when payout-check named no address', async () => {
    const clientOrderId = merchant.newId()
    await merchant.check(clientOrderId, { server_callback_url: '' })
    expect((await merchant.control(`orders/${clientOrderId}/callback`, {})).status).toBe(409)
  })
})

describe('an order moved by hand', () => {
  it('changes its final status, with or without a callback', async () => {
    const before = merchant.inbox.received.length
    const body = { status: 'declined', errorCode: '7', errorMessage: 'Returned', callback: true }
    await merchant.control(`orders/${ids.orderId}/status`, body)
    expect(await merchant.status(ids)).toMatchObject({
      status: 'declined',
      stage: 'payout_declined',
      errorCode: '7',
    })
    const params = await eventually(() => merchant.inbox.received[before])
    expect(params.get('error_message')).toBe('Returned')
  })
  it('takes its next step at once when told', async () => {
    await merchant.control('settings', { stepMs: 60_000 })
    const clientOrderId = merchant.newId()
    await merchant.check(clientOrderId)
    expect(await merchant.status({ clientOrderId })).toMatchObject({ stage: 'payout_check_validating' })
    await merchant.control(`orders/${clientOrderId}/advance`, {})
    expect(await merchant.status({ clientOrderId })).toMatchObject({ stage: 'payout_check_validated' })
    expect((await merchant.control(`orders/${clientOrderId}/advance`, {})).status).toBe(409)
    await merchant.control('settings', { stepMs: 15 })
  })
  it('is found only by its ids, and moved only by JSON', async () => {
    expect((await merchant.control('orders/nothing')).status).toBe(404)
    expect((await merchant.control('orders/nothing/advance', {})).status).toBe(404)
    const url = `${merchant.simulator.origin}/_control/reset`
    expect((await fetch(url, { method: 'POST', body: new URLSearchParams({}) })).status).toBe(415)
    const headers = { 'Content-Type': 'application/json' }
    expect((await fetch(url, { method: 'POST', body: '{', headers })).status).toBe(400)
  })
})

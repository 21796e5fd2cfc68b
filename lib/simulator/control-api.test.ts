import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startMerchant, type Merchant } from './testing/merchant.ts'

let merchant: Merchant
beforeAll(async () => {
  merchant = await startMerchant()
})
afterAll(() => merchant.close())

describe('the control API', () => {
  it('finds an order by either id, also when ours needs escaping in an address', async () => {
    const verdict = await merchant.check('PO/1 ü')
    expect(verdict).toMatchObject({ kind: 'accepted' })
    const found = await merchant.control(`orders/${encodeURIComponent('PO/1 ü')}`)
    expect(found.body).toMatchObject({ clientOrderId: 'PO/1 ü' })
    const { orderId } = found.body
    const byOrderId = await merchant.control(`orders/${String(orderId)}`)
    expect(byOrderId.body).toMatchObject({ clientOrderId: 'PO/1 ü', orderId })
  })

  it('says what it does not know or take', async () => {
    const { orderId } = await merchant.validated()
    expect(await merchant.control('nothing')).toEqual({ status: 404, body: { error: 'not_found' } })
    expect(await merchant.control('nothing', {})).toEqual({ status: 404, body: { error: 'not_found' } })
    expect((await merchant.control('orders/1')).status).toBe(404)
    expect((await merchant.control('orders/1/advance', {})).status).toBe(404)
    expect((await merchant.control(`orders/${orderId}/explode`, {})).status).toBe(404)
    expect((await merchant.control('scenario', { scenario: 'miracle' })).status).toBe(400)
    expect((await merchant.control('orders', {}, 'PUT')).status).toBe(405)
    expect((await merchant.control('orders', undefined, 'DELETE')).status).toBe(405)
    const broken = await fetch(`${merchant.simulator.origin}/_control/reset`, {
      method: 'POST',
      body: '{',
      headers: { 'Content-Type': 'application/json' },
    })
    expect(broken.status).toBe(400)
  })

  it('puts in orders of an earlier time once, and their open form can be answered', async () => {
    const past = { currency: 'EUR', amount: '40.00', stage: 'payout_processing', paid: true }
    const orders = [
      { ...past, orderId: '1001', clientOrderId: 'PO-past-1', status: 'approved', stage: 'payout_approved' },
      { ...past, orderId: '1002', clientOrderId: 'PO-past-2', status: 'processing', form: true },
      { ...past, orderId: '1003', clientOrderId: 'PO-past-3', status: 'declined', errorCode: '5' },
    ]
    expect((await merchant.control('orders', { orders })).body).toEqual({ added: 3 })
    expect((await merchant.control('orders', { orders })).body).toEqual({ added: 0 })
    expect((await merchant.control('orders', { orders: [{ orderId: 'x' }] })).status).toBe(400)
    expect((await merchant.control('orders/1001')).body).toMatchObject({
      moneyMoved: '40.00',
      payAccepted: 1,
    })
    expect((await merchant.control('orders/1003')).body).toMatchObject({ moneyMoved: '0.00', errorCode: '5' })
    const asked = await merchant.status({ clientOrderId: 'PO-past-2', orderId: '1002' })
    expect(asked).toMatchObject({
      status: 'processing',
      redirectTo: expect.stringContaining('/bank/') as unknown,
    })
    expect((await merchant.control('orders/1002/form', { decision: 'confirm' })).status).toBe(200)
    expect((await merchant.control('orders/1002')).body).toMatchObject({
      status: 'approved',
      moneyMoved: '40.00',
    })
  })

  it('changes only the settings it is given', async () => {
    const before = (await merchant.control('settings')).body
    const { body } = await merchant.control('settings', { secondPay: 'accept' })
    expect(body).toEqual({ ...before, secondPay: 'accept' })
    expect((await merchant.control('settings', { pace: 1 })).status).toBe(400)
    await merchant.control('settings', before)
  })
})

it('a form that is too long is refused', async () => {
  expect((await merchant.post('/api/v2/status/39915', { login: 'x'.repeat(70_000) })).status).toBe(400)
})

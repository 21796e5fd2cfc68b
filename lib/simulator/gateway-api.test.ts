import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { statusControl } from '#lib/cardzo/testing.ts'
import { privateKeyPem, secret, startMerchant, type Merchant } from './testing/merchant.ts'

let merchant: Merchant
beforeAll(async () => {
  merchant = await startMerchant()
})
afterAll(() => merchant.close())
afterEach(() => merchant.control('reset', {}))

const checkPath = '/api/v4/payout-check/39915'
const statusPath = '/api/v2/status/39915'

describe('a payout through the simulator', () => {
  it('is checked, confirmed by the bank, paid once and reported', async () => {
    const clientOrderId = merchant.newId()
    const check = await merchant.check(clientOrderId)
    if (check.kind !== 'accepted') throw new Error(check.kind)
    const ids = { clientOrderId, orderId: check.orderId }
    expect(await merchant.status(ids)).toMatchObject({
      status: 'processing',
      amount: '25.00',
      currency: 'EUR',
    })
    await merchant.until(ids, ({ stage }) => stage === 'payout_check_validated')
    expect(await merchant.pay(ids)).toMatchObject({ kind: 'accepted', orderId: ids.orderId })
    expect(await merchant.until(ids, ({ status }) => status === 'approved')).toMatchObject({
      stage: 'payout_approved',
      processorTxId: `PNTEST-${ids.orderId}`,
    })
    const { body } = await merchant.control(`orders/${clientOrderId}`)
    expect(body).toMatchObject({
      payReceived: 1,
      payAccepted: 1,
      timesPaid: 1,
      moneyMoved: '25.00',
      accountLast4: '3000',
    })
    expect(JSON.stringify(body)).not.toContain('DE8937')
  })

  it('is found by our id alone, and not under another one', async () => {
    const ids = await merchant.validated()
    const { clientOrderId, orderId } = ids
    expect(await merchant.status({ clientOrderId })).toMatchObject({ kind: 'status', orderId })
    expect(await merchant.status({ clientOrderId: 'PO-other', orderId })).toMatchObject({
      kind: 'no_such_order',
    })
    expect(await merchant.status({ clientOrderId: 'PO-none' })).toMatchObject({ kind: 'no_such_order' })
  })

  it('is not paid before the bank has confirmed', async () => {
    await merchant.control('scenario', { scenario: 'stays-validating', for: 'next' })
    const clientOrderId = merchant.newId()
    const check = await merchant.check(clientOrderId)
    if (check.kind !== 'accepted') throw new Error(check.kind)
    expect(await merchant.pay({ clientOrderId, orderId: check.orderId })).toMatchObject({
      kind: 'validation_error',
    })
    expect(merchant.simulator.ledger.byOrderId(check.orderId)).toMatchObject({
      payReceived: 1,
      payAccepted: 0,
    })
  })

  it('is not paid a second time, but the second attempt is on record', async () => {
    const ids = await merchant.validated()
    await merchant.pay(ids)
    expect(await merchant.pay(ids)).toMatchObject({ kind: 'validation_error' })
    await merchant.until(ids, ({ status }) => status === 'approved')
    expect(merchant.simulator.ledger.byOrderId(ids.orderId)).toMatchObject({
      payReceived: 2,
      payAccepted: 1,
      timesPaid: 1,
    })
  })

  it('is paid twice when a setting allows it, and the ledger shows it', async () => {
    const ids = await merchant.validated()
    await merchant.control('settings', { secondPay: 'accept' })
    await merchant.pay(ids)
    expect(await merchant.pay(ids)).toMatchObject({ kind: 'accepted' })
    await merchant.until(ids, ({ status }) => status === 'approved')
    expect((await merchant.control(`orders/${ids.orderId}`)).body).toMatchObject({
      timesPaid: 2,
      moneyMoved: '50.00',
    })
    await merchant.control('settings', { secondPay: 'refuse' })
  })

  it('opens a second order for a client_orderid sent twice, or refuses it when told to', async () => {
    const clientOrderId = merchant.newId()
    const first = await merchant.check(clientOrderId)
    const second = await merchant.check(clientOrderId)
    expect(second).toMatchObject({ kind: 'accepted' })
    expect(second).not.toEqual(first)
    await merchant.control('settings', { duplicates: 'refuse' })
    expect(await merchant.check(clientOrderId)).toMatchObject({ kind: 'validation_error' })
    await merchant.control('settings', { duplicates: 'accept' })
  })
})

describe('the wire', () => {
  it('writes form mode byte for byte', async () => {
    const body = merchant.fieldsOf('PO-wire')
    const answer = await merchant.post(checkPath, body, {
      Authorization: await merchant.sign(checkPath, body),
    })
    expect(answer.type).toBe('text/html;charset=utf-8')
    expect(answer.text).toMatch(
      /^type=async-response\n&serial-number=[0-9a-f]{8}-[0-9a-f-]{27}\n&merchant-order-id=PO-wire\n&paynet-order-id=\d+\n&end-point-id=39915\n$/,
    )
  })

  it('answers in JSON when asked to, with a number as the first order id and 4xx for a refusal', async () => {
    const body = merchant.fieldsOf('PO-json')
    const headers = { Accept: 'application/vnd.pay+json' }
    const good = await merchant.post(checkPath, body, {
      ...headers,
      Authorization: await merchant.sign(checkPath, body),
    })
    expect(good).toMatchObject({ status: 200, type: 'application/vnd.pay+json' })
    expect(good.text).toMatch(/"paynet-order-id":\d+,/)
    const empty = { ...body, amount: '' }
    const bad = await merchant.post(checkPath, empty, {
      ...headers,
      Authorization: await merchant.sign(checkPath, empty),
    })
    expect(bad.status).toBe(400)
    expect(JSON.parse(bad.text)).toMatchObject({
      type: 'validation-error',
      'error-message': 'Parameter amount is required',
    })
  })

  it('is understood by the client in JSON mode too', async () => {
    const other = await startMerchant({}, { answers: 'json' })
    try {
      const ids = await other.validated({ amount: '25.02' })
      await other.pay(ids)
      expect(await other.until(ids, ({ status }) => status === 'declined')).toMatchObject({ errorCode: '5' })
    } finally {
      await other.close()
    }
  })

  it('refuses a request that is wrongly signed, too old, or sent twice', async () => {
    const body = merchant.fieldsOf('PO-sign')
    const send = async (Authorization: string, sent = body) =>
      (await merchant.post(checkPath, sent, { Authorization })).status
    const good = await merchant.sign(checkPath, body)
    expect(await send(good, { ...body, amount: '25.01' })).toBe(403)
    expect(await send('')).toBe(403)
    expect(await send(good)).toBe(200)
    expect(await send(good)).toBe(403)
    const old = Math.floor(Date.now() / 1000) - 301
    expect(await send(await merchant.sign(checkPath, body, { timestamp: old }))).toBe(403)
    expect(await send(await merchant.sign(checkPath, body, { login: 'somebody' }))).toBe(403)
  })

  it('answers a wrong control with INVALID_CONTROL_CODE and says nothing about the order', async () => {
    const body = { login: 'test-login', client_orderid: 'x', control: 'ff' }
    const { status, text } = await merchant.post(statusPath, body)
    expect(status).toBe(200)
    expect(text).toContain('error-code=INVALID_CONTROL_CODE\n')
  })

  it('answers only for its own endpoint, and only POST', async () => {
    for (const path of [
      '/api/v4/payout-check/1',
      '/api/v4/payout-check/group/39915',
      '/api/v2/payout-pay/39915',
      '/api',
    ]) {
      expect((await merchant.post(path, {})).status).toBe(404)
    }
    expect((await fetch(`${merchant.simulator.url}${checkPath}`)).status).toBe(405)
  })

  it('serves an endpoint group below any base path', async () => {
    const group = { groupId: '77' }
    const known = {
      login: 'test-login',
      keyPem: privateKeyPem,
      control: secret,
    }
    const other = await startMerchant(
      { basePath: '/a/b/', merchant: { ...known, endpoint: group } },
      { endpoint: group },
    )
    try {
      expect(other.simulator.url).toMatch(/\/a\/b$/)
      expect(await other.check('PO-1')).toMatchObject({ kind: 'accepted' })
    } finally {
      await other.close()
    }
  })

  it('tells the state as of the payout-check when asked by its serial number', async () => {
    const ids = await merchant.validated()
    await merchant.pay(ids)
    const order = merchant.simulator.ledger.byOrderId(ids.orderId)!
    const control = statusControl('test-login', ids.clientOrderId, ids.orderId, secret)
    const body = { login: 'test-login', client_orderid: ids.clientOrderId, orderid: ids.orderId, control }
    const then = await merchant.post(statusPath, { ...body, 'by-request-sn': order.checkSerial })
    expect(then.text).toContain('order-stage=payout_check_validated\n')
    expect((await merchant.post(statusPath, body)).text).not.toContain('payout_check')
    expect((await merchant.post(statusPath, { ...body, 'by-request-sn': 'x' })).text).toContain(
      'type=validation-error',
    )
  })

  it('marks every answer as a simulator’s', async () => {
    for (const path of [
      '/',
      '/nothing',
      '/_control/orders',
      '/paynet/api/v2/status/39915',
      '/_static/style.css',
    ]) {
      const response = await fetch(`${merchant.simulator.origin}${path}`)
      expect(response.headers.get('x-cardzo-simulator')).toBe('true')
    }
  })

  it.each(['account_number', 'amount', 'currency', 'client_orderid'])(
    'requires %s when the bank does',
    async (name) => {
      const known = {
        login: 'test-login',
        keyPem: privateKeyPem,
        control: secret,
      }
      const other = await startMerchant({
        merchant: { ...known, endpoint: { id: '39915' }, requiredFields: ['account_number'] },
      })
      try {
        const verdict = await other.check('PO-1', { [name]: '' })
        expect(verdict).toMatchObject({ kind: 'validation_error', message: `Parameter ${name} is required` })
      } finally {
        await other.close()
      }
    },
  )
})

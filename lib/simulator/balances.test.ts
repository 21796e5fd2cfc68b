import { afterEach, expect, it } from 'vitest'
import { balanceRequest, createCardzoConnection, processBalance } from '#lib/cardzo/index.ts'
import { privateKeyPem, secret, startMerchant } from './testing/merchant.ts'
import type { Merchant } from './testing/merchant.ts'

let merchant: Merchant
afterEach(() => merchant.close())

const ask = async (name?: string) => processBalance(await balanceRequest(merchant.connection, { name }))
const held = (currency: string, amount: string) => merchant.control('balances', { currency, amount })

it('is refused until it is enabled', async () => {
  merchant = await startMerchant()
  expect(await ask()).toMatchObject({
    kind: 'validation_error',
    message: expect.stringContaining('not enabled') as string,
  })
  await held('EUR', '100')
  expect(await ask()).toMatchObject({ kind: 'balances' })
  await merchant.control('balances', undefined, 'DELETE')
  expect(await ask()).toMatchObject({ kind: 'validation_error' })
})

it('tells each balance, or the one that is named, in either mode', async () => {
  merchant = await startMerchant({}, { answers: 'json' })
  await merchant.control('balances', {
    ...{ currency: 'EUR', amount: '1000.00', name: 'Main & more' },
    ...{ shortTermHold: '100', rollingReserve: '50.5' },
  })
  await held('USD', '-3.005')
  const eur = {
    ...{ name: 'Main & more', currency: 'EUR', amount: '1000.00', live: '849.50' },
    ...{ shortTermHold: '100', rollingReserve: '50.5', bufferHold: '0.00' },
  }
  expect(await ask()).toMatchObject({ balances: [eur, { currency: 'USD', amount: '-3.005' }] })
  expect(await ask('Main & more')).toEqual({ kind: 'balances', balances: [eur] })
  expect(await ask('Nobody’s')).toMatchObject({ kind: 'validation_error' })
})

it('sets aside what is under way and loses what was paid, also over a reset', async () => {
  merchant = await startMerchant({
    balances: [{ currency: 'EUR', amount: '100', name: 'P', shortTermHold: '0', rollingReserve: '0' }],
  })
  const now = async () => {
    const told = await ask()
    return told.kind === 'balances' ? [told.balances[0]?.amount, told.balances[0]?.bufferHold] : told.kind
  }
  const form = await merchant.validated({ amount: '25.01' })
  expect(await now()).toEqual(['100.00', '0.00'])
  await merchant.pay(form)
  await merchant.until(form, ({ stage }) => stage !== 'payout_check_validated')
  expect(await now()).toEqual(['100.00', '25.01'])
  const paid = await merchant.validated({ amount: '10.21' })
  await merchant.pay(paid)
  await merchant.until(paid, ({ status }) => status === 'approved')
  expect(await now()).toEqual(['89.79', '25.01'])
  await merchant.control('reset', {})
  expect(await now()).toEqual(['89.79', '0.00'])
})

it('believes nobody else, and no request twice', async () => {
  merchant = await startMerchant()
  await held('EUR', '100')
  const by = (change: { login?: string; merchantControl?: string }) =>
    createCardzoConnection({
      ...{ baseUrl: merchant.simulator.url, endpoint: { id: '39915' }, login: 'test-login' },
      ...{ privateKeyPem, merchantControl: secret, timeoutMs: 2000, ...change },
    })
  for (const change of [{ merchantControl: 'another' }, { login: 'somebody' }]) {
    const other = by(change)
    expect(processBalance(await balanceRequest(other))).toMatchObject({ kind: 'locked_out', httpStatus: 403 })
    other.close()
  }
  const url = merchant.connection.url('get-balance')
  const Authorization = merchant.connection.authorizeByControl(url, {})
  const post = () => merchant.post('/api/v2/get-balance/merchant/test-login', {}, { Authorization })
  expect((await post()).status).toBe(200)
  expect(await post()).toMatchObject({ status: 403, text: 'OAuth: nonce used' })
})

it('can be spoilt', async () => {
  merchant = await startMerchant()
  await held('EUR', '100')
  await merchant.control('faults', { command: 'get-balance', fault: 'http' })
  expect(await ask()).toMatchObject({ kind: 'silence', httpStatus: 503 })
  expect(await ask()).toMatchObject({ kind: 'balances' })
})

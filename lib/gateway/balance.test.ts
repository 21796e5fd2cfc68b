import { afterAll, beforeAll, expect, it } from 'vitest'
import { createCardzoConnection } from '#lib/cardzo/index.ts'
import type { CardzoConnection } from '#lib/cardzo/index.ts'
import { privateKeyPem, secret, startMerchant } from '#lib/simulator/testing/merchant.ts'
import type { Merchant } from '#lib/simulator/testing/merchant.ts'
import { askBalance } from './balance.ts'
import { createGateway, withNextControl } from './gateway.ts'

let merchant: Merchant
const open: CardzoConnection[] = []

beforeAll(async () => {
  merchant = await startMerchant()
  await merchant.control('balances', { currency: 'EUR', amount: '12.345', rollingReserve: '2' })
})
afterAll(async () => {
  for (const connection of open) connection.close()
  await merchant.close()
})

function connect(merchantControl: string, baseUrl = merchant.simulator.url): CardzoConnection {
  const shop = { endpoint: { id: '39915' }, login: 'test-login', privateKeyPem, timeoutMs: 2000 }
  const connection = createCardzoConnection({ ...shop, baseUrl, merchantControl })
  open.push(connection)
  return connection
}
const gatewayBy = (merchantControl: string) =>
  createGateway(connect(merchantControl), {
    merchantControl,
    redirects: { allowedHosts: [], gatewayOrigin: merchant.simulator.origin, gatewayOnLoopback: true },
  })
const query = { endpointId: 1, name: null }

it('a balance is in minor units, rounded down', async () => {
  expect(await askBalance(connect(secret), null)).toMatchObject({
    kind: 'told',
    balances: [{ name: 'Payouts', amountMinor: 1234n, liveMinor: 1034n, rollingReserveMinor: 200n }],
  })
})

it('while control values rotate, it is asked for with the next one where the present one is refused', async () => {
  const [old, right] = [gatewayBy('the old one'), gatewayBy(secret)]
  expect(await old.balance(query)).toMatchObject({ kind: 'locked_out', httpStatus: 403 })
  expect(await withNextControl(old, right).balance(query)).toMatchObject({ kind: 'told' })
  expect(await withNextControl(old, old).balance(query)).toMatchObject({ kind: 'locked_out' })
})

it('what never left is told from what got no answer, and neither shows the control value', async () => {
  const nobody = await askBalance(connect(secret, 'http://127.0.0.1:1/paynet'), null)
  expect(nobody).toMatchObject({ kind: 'not_sent', why: 'ECONNREFUSED' })
  await merchant.control('faults', { command: 'get-balance', fault: 'drop' })
  const dropped = await askBalance(connect(secret), null)
  expect(dropped).toMatchObject({ kind: 'silence' })
  expect(JSON.stringify([nobody, dropped])).not.toContain(secret)
})

// Pays what is in tutorial.payout as a script would that never fails: payout-check, status, payout-pay, status, and one UPDATE after each.
// Prints the seconds it took.
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import {
  createCardzoConnection,
  payoutCheckRequest,
  payoutPayRequest,
  processPayoutCheck,
  processPayoutPay,
  processStatus,
  statusRequest,
} from '#lib/cardzo/index.ts'

const { env } = process
const inFlight = Number(env['IN_FLIGHT'])
const pool = new pg.Pool({ connectionString: env['DATABASE_URL'], max: 10 })
const cardzo = createCardzoConnection({
  baseUrl: env['CARDZO_API_URL'] ?? '',
  endpoint: { id: env['CARDZO_ENDPOINT_ID'] ?? '' },
  login: env['CARDZO_LOGIN'] ?? '',
  privateKeyPem: env['CARDZO_PRIVATE_KEY'] ?? '',
  merchantControl: env['CARDZO_MERCHANT_CONTROL'] ?? '',
  timeoutMs: 30_000,
  maxSockets: inFlight,
})

async function pay(clientOrderId: string): Promise<void> {
  const note = (status: string, orderId: string) =>
    pool.query('UPDATE tutorial.payout SET status = $2, order_id = $3 WHERE client_order_id = $1', [
      clientOrderId,
      status,
      orderId,
    ])
  const checked = processPayoutCheck(
    await payoutCheckRequest(cardzo, {
      client_orderid: clientOrderId,
      amount: '100.50',
      currency: 'EUR',
      order_desc: clientOrderId,
      account_number: 'DE89370400440532013000',
      bank_name: 'Example Bank',
      first_name: 'Ada',
      last_name: 'Nowak',
      server_callback_url: env['CALLBACK_URL'] ?? '',
    }),
    { clientOrderId },
  )
  if (checked.kind !== 'accepted') throw new Error(JSON.stringify(checked))
  const ids = { clientOrderId, orderId: checked.orderId }
  await note('checking', ids.orderId)
  await untilStatus(ids, (_status, stage) => stage === 'payout_check_validated')
  await note('approved', ids.orderId)
  const paid = processPayoutPay(await payoutPayRequest(cardzo, ids), ids)
  if (paid.kind !== 'accepted') throw new Error(JSON.stringify(paid))
  await note('processing', ids.orderId)
  await untilStatus(ids, (status) => status === 'approved')
  await note('paid', ids.orderId)
}

async function untilStatus(
  ids: { clientOrderId: string; orderId: string },
  isRight: (status: string, stage: string | null) => boolean,
) {
  for (;;) {
    const answer = processStatus(await statusRequest(cardzo, ids), ids)
    if (answer.kind !== 'status') throw new Error(JSON.stringify(answer))
    if (isRight(answer.status, answer.stage)) return
    await sleep(5)
  }
}

const { rows } = await pool.query<{ id: string }>(
  'SELECT client_order_id AS id FROM tutorial.payout ORDER BY id',
)
const startedAt = performance.now()
const loop = async () => {
  for (let row = rows.pop(); row; row = rows.pop()) await pay(row.id)
}
await Promise.all(Array.from({ length: inFlight }, loop))
process.stdout.write(String((performance.now() - startedAt) / 1000))
cardzo.close()
await pool.end()

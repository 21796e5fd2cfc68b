// The walk as an operator starts it, against the simulator, which nobody tells what to expect.
import { execFile } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import { freePort } from '#lib/processes/free-port.ts'
import { privateKeyPem, secret, startMerchant } from '#lib/simulator/testing/merchant.ts'
import type { Merchant } from '#lib/simulator/testing/merchant.ts'

const folder = mkdtempSync(join(tmpdir(), 'proof-'))
const envFile = join(folder, 'sandbox.env')
const report = join(folder, 'report.md')
let merchant: Merchant

beforeAll(async () => {
  merchant = await startMerchant()
  const variables = {
    CARDZO_API_URL: merchant.simulator.url,
    CARDZO_ENDPOINT_ID: '39915',
    CARDZO_LOGIN: 'test-login',
    CARDZO_PRIVATE_KEY: privateKeyPem.trim().replaceAll('\n', '\\n'),
    CARDZO_MERCHANT_CONTROL: secret,
    CARDZO_CURRENCIES: 'EUR,USD',
    CARDZO_REQUIRED_FIELDS: 'account_number,first_name',
    CARDZO_POLL_INTERVAL_MS: '20',
    CARDZO_BALANCE: '*',
  }
  const lines = Object.entries(variables).map(([name, value]) => `${name}='${value}'`)
  writeFileSync(envFile, lines.join('\n'))
})
beforeAll(() => merchant.control('balances', { currency: 'EUR', amount: '100' }))
beforeEach(() => merchant.control('reset', {}))
afterAll(async () => {
  await merchant.close()
  rmSync(folder, { recursive: true })
})

type Ended = { code: number; output: string; trouble: string }

function prove(args: string[], typed = '', onOutput?: (text: string) => void): Promise<Ended> {
  return new Promise((resolve) => {
    const command = ['lib/proof/main.ts', '--env-file', envFile, '--report', report, '--wait', '10', ...args]
    const child = execFile(process.execPath, command, (error, output, trouble) => {
      resolve({ code: error ? Number(error.code) : 0, output, trouble })
    })
    child.stdout?.on('data', (chunk: string) => onOutput?.(chunk))
    child.stdin?.end(typed)
  })
}

type LedgerOrder = { orderId: string; timesPaid: number; amount: string }
async function ledger(): Promise<LedgerOrder[]> {
  const { body } = await merchant.control('orders')
  return body['orders'] as LedgerOrder[]
}

/** The line of the report about a fact. */
const lineAbout = (text: string) =>
  readFileSync(report, 'utf8')
    .split('\n')
    .find((line) => line.startsWith('|') && line.includes(text)) ?? ''

it('opens no order and pays nothing before somebody says yes', async () => {
  const ended = await prove([])
  expect(ended).toMatchObject({ code: 0, trouble: '' })
  expect(await ledger()).toEqual([])
  expect(lineAbout('a digit moved')).toContain('not tried')
  expect(lineAbout('rate limit')).toContain('as assumed')
  expect(lineAbout('travel in the header alone')).toContain('as assumed')
  expect(lineAbout('How several balances')).toContain('1: Payouts (EUR).')
  expect(lineAbout('How far clocks may differ')).toContain('our clock a day slow: refused')
})

it('opens orders after a yes that somebody types, and pays nothing', async () => {
  const ended = await prove([], 'yes\nno\nno\n')
  expect(ended).toMatchObject({ code: 0, trouble: '' })
  const orders = await ledger()
  expect(orders.length).toBeGreaterThan(3)
  expect(orders.map(({ timesPaid }) => timesPaid)).toEqual(orders.map(() => 0))
  expect(orders.map(({ amount }) => Number(amount))).toEqual(orders.map(() => 1))
  for (const text of [
    'stays empty',
    'a digit moved',
    'a checksum',
    'the status is `processing`',
    'trims blanks',
  ])
    expect(lineAbout(text)).toContain('| as assumed |')
  expect(lineAbout('a second payout-check')).toContain('opened a second order')
  expect(lineAbout('the amount is fixed')).toContain('not tried')
})

it('pays after each yes, hears the callback, and writes what it saw without secrets', async () => {
  const port = await freePort(4700)
  const all = ['--yes', 'orders,early-pay,pay,second-pay', '--listen', String(port), '--amount', '2.21']
  const ended = await prove(all)
  expect(ended).toMatchObject({ code: 0, trouble: '' })
  const paid = (await ledger()).filter(({ timesPaid }) => timesPaid > 0)
  expect(paid.map(({ timesPaid }) => timesPaid)).toEqual(paid.map(() => 1))
  // On a busy machine the bank may confirm the early one before its payout-pay arrives; that yes was given too.
  expect([1, 2]).toContain(paid.length)
  for (const text of [
    'the amount is fixed',
    'shows that payout-pay arrived',
    'are not covered',
    'a copy stays',
  ])
    expect(lineAbout(text)).toContain('| as assumed |')
  expect(lineAbout('too early, twice')).toContain('Twice: ')
  expect(lineAbout('Which addresses')).toContain('127.0.0.1')
  const text = readFileSync(report, 'utf8')
  for (const hidden of [secret, 'DE89370400440532013000', 'oauth_signature', 'PRIVATE KEY'])
    expect(text + ended.output).not.toContain(hidden)
})

it('says how the order ended, with its code', async () => {
  const ended = await prove(['--yes', 'orders,pay', '--amount', '3.02'])
  expect(ended.output).toContain('status declined')
  expect(lineAbout('a catalogue of codes')).toContain('code 5')
})

it('says where the bank’s form is, and goes on when it is filled in', async () => {
  const shown = Promise.withResolvers<string>()
  const proving = prove(['--yes', 'orders,pay', '--amount', '3.01'], '', (text) => {
    const order = /Send payout-pay for order (\d+)/.exec(text)?.[1]
    if (order !== undefined) orderId = order
    if (text.includes('Open it in a browser: http')) shown.resolve(orderId)
  })
  let orderId = ''
  await merchant.control(`orders/${await shown.promise}/form`, { decision: 'confirm' })
  expect((await proving).output).toContain('status approved')
})

it('tells a gateway that refuses repeats from one that takes them', async () => {
  await merchant.control('settings', { duplicates: 'refuse', secondPay: 'accept' })
  await prove(['--yes', 'orders,pay,second-pay', '--amount', '2.21'])
  await merchant.control('settings', { duplicates: 'accept', secondPay: 'refuse' })
  expect(lineAbout('a second payout-check')).toContain('It was refused')
  expect(lineAbout('stays at `payout_check_validated`')).toContain('The second one: accepted')
  expect((await ledger()).map(({ timesPaid }) => timesPaid).sort()).toContain(2)
})

it('goes on with the order of a lost answer, and blames silence for nothing', async () => {
  await merchant.control('faults', { command: 'payout-check', fault: 'drop', times: 100 })
  await merchant.control('faults', { command: 'payout-pay', fault: 'drop', times: 1 })
  const ended = await prove(['--yes', 'orders,pay', '--amount', '2.21'])
  expect(ended).toMatchObject({ code: 0, trouble: '' })
  expect(lineAbout('without an order id')).toMatch(
    /By client_orderid there was order \d+\. \| no clear answer \|/,
  )
  expect(lineAbout('How far clocks may differ')).toContain('| no clear answer |')
  expect(ended.output).toContain('Nobody knows yet whether it arrived')
  expect(ended.output).toContain('status approved')
  expect(lineAbout('the answer to payout-pay')).toContain('| as assumed |')
  expect(readFileSync(report, 'utf8')).not.toContain('**differs**')
  expect(
    (await ledger())
      .map(({ timesPaid }) => timesPaid)
      .sort()
      .at(-1),
  ).toBe(1)
})

it.each([
  [{ command: 'status', fault: 'http', status: 503, times: 500 }, '6 no clear answer'],
  [{ command: 'status', fault: 'http', status: 404, times: 500 }, 'There is nothing at this address'],
  [{ command: 'payout-check', fault: 'http', status: 401, times: 500 }, 'does not accept our signature'],
])('says what is in the way: %o', async (fault, said) => {
  await merchant.control('faults', fault)
  const ended = await prove(['--yes', 'orders', '--wait', '1'])
  expect(ended).toMatchObject({ code: 0, trouble: '' })
  expect(ended.output).toContain(said)
})

it('names every variable that is missing, and every field that money could go to', async () => {
  const empty = join(folder, 'empty.env')
  writeFileSync(empty, "CARDZO_API_URL='https://sandbox.example/paynet'")
  const missing = await prove(['--env-file', empty])
  expect(missing).toMatchObject({ code: 1, output: '' })
  for (const name of ['CARDZO_LOGIN', 'CARDZO_CURRENCIES', 'CARDZO_PRIVATE_KEY'])
    expect(missing.trouble).toContain(name)
  const far = join(folder, 'far.env')
  const there = readFileSync(envFile, 'utf8').replace(
    merchant.simulator.url,
    'https://sandbox.example/paynet',
  )
  writeFileSync(far, there.replace("CARDZO_POLL_INTERVAL_MS='20'", ''))
  expect((await prove(['--env-file', far])).trouble).toContain('--field account_number=')
  expect((await prove(['--yes', 'everything'])).trouble).toContain('choose from orders')
})

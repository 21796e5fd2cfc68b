import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { scenarioByFields, scenarioNames, scenarios, type ScenarioName } from './scenarios.ts'
import { eventually, readCallback, startMerchant, type Merchant } from './testing/merchant.ts'

let merchant: Merchant
beforeAll(async () => {
  merchant = await startMerchant()
})
afterAll(() => merchant.close())

type Ids = { clientOrderId: string; orderId: string }
const amountFor = (name: ScenarioName) => ({ amount: `25.${scenarios[name].cents}` })
const callbacksFor = ({ orderId }: Ids) =>
  merchant.inbox.received.filter((params) => params.get('orderid') === orderId)

/** Checks and pays an order of this scenario, and waits until it ends as given. */
async function walk(name: ScenarioName, end: string) {
  const ids = await merchant.validated(amountFor(name))
  expect(await merchant.pay(ids)).toMatchObject({ kind: 'accepted' })
  return { ids, last: await merchant.until(ids, ({ status }) => status === end) }
}

/** Pays an order of this scenario that takes no step unless told. */
async function payByHand(name: ScenarioName) {
  const ids = await merchant.validated(amountFor(name))
  await merchant.control('settings', { stepMs: 60_000 })
  expect(await merchant.pay(ids)).toMatchObject({ kind: 'accepted' })
  await merchant.control('settings', { stepMs: 15 })
  const word = async () => {
    const status = await merchant.status(ids)
    return status.kind === 'status' ? status.status : status.kind
  }
  /** Takes the next step. False: there is none. */
  const goOn = async () => (await merchant.control(`orders/${ids.orderId}/advance`, {})).status === 200
  return { ids, word, goOn }
}

describe('a scenario', () => {
  it.each([
    ['approve', 'approved'],
    ['decline', 'declined'],
    ['filtered', 'filtered'],
    ['error', 'error'],
  ] as const)('%s ends %s, with a callback that says so', async (name, end) => {
    const { ids, last } = await walk(name, end)
    expect(last.errorMessage === null).toBe(end === 'approved')
    const [params] = await eventually(() => (callbacksFor(ids).length > 0 ? callbacksFor(ids) : null))
    expect(readCallback(params!)).toMatchObject({
      ok: true,
      callback: { ...ids, status: end, type: 'payout' },
    })
    expect(params!.get('own')).toBe('1')
    expect(params!.get('error_message')).toBe(end === 'approved' ? 'null' : last.errorMessage)
  })

  it.each([
    ['unknown-then-approved', 'unknown'],
    ['chain-declined', 'chain_declined'],
    ['unlisted-status', 'postponed'],
  ] as const)('%s passes through %s, which is not the end', async (name, word) => {
    const order = await payByHand(name)
    const words = [await order.word()]
    while (await order.goOn()) words.push(await order.word())
    expect(words).toContain(word)
    expect(words.at(-1)).toBe('approved')
  })

  it('no-callback sends none', async () => {
    const { ids } = await walk('no-callback', 'approved')
    // The one sent by hand comes after any that the scenario would have sent.
    await merchant.control(`orders/${ids.orderId}/callback`, {})
    await eventually(() => callbacksFor(ids).length > 0)
    expect(
      merchant.simulator.ledger.byOrderId(ids.orderId)!.log.filter(({ what }) => what === 'callback').length,
    ).toBeLessThan(2)
    expect(callbacksFor(ids)).toHaveLength(1)
  })

  it('callback-first reports the end while the status is still processing', async () => {
    // So long that the callback's answer is there before the end.
    await merchant.control('settings', { stepMs: 1_000 })
    const { ids } = await walk('callback-first', 'approved')
    await merchant.control('settings', { stepMs: 15 })
    expect(readCallback(callbacksFor(ids)[0]!)).toMatchObject({ ok: true, callback: { status: 'approved' } })
    const kinds = merchant.simulator.ledger.byOrderId(ids.orderId)!.log.map(({ what }) => what)
    expect(kinds).toContain('callback')
    expect(kinds.indexOf('callback')).toBeLessThan(kinds.lastIndexOf('move'))
  })

  it('amount-differs pays half', async () => {
    expect((await walk('amount-differs', 'approved')).last.amount).toBe('12.59')
  })

  it('post-final-change turns an approval into a decline and sends a second callback', async () => {
    const { ids } = await walk('post-final-change', 'approved')
    await merchant.until(ids, ({ status }) => status === 'declined')
    await eventually(() => callbacksFor(ids).length === 2)
    expect(callbacksFor(ids).map((params) => params.get('status'))).toEqual(['approved', 'declined'])
    expect(merchant.simulator.ledger.byOrderId(ids.orderId)!.timesPaid).toBe(0)
  })

  it('check-declined ends before anything could be paid', async () => {
    const clientOrderId = merchant.newId()
    const check = await merchant.check(clientOrderId, amountFor('check-declined'))
    if (check.kind !== 'accepted') throw new Error(check.kind)
    const ids = { clientOrderId, orderId: check.orderId }
    expect(await merchant.until(ids, ({ status }) => status === 'declined')).toMatchObject({
      stage: 'payout_check_declined',
    })
    expect(await merchant.pay(ids)).toMatchObject({ kind: 'validation_error' })
  })

  it('check-validation-error opens no order, check-error opens one all the same', async () => {
    const clientOrderId = merchant.newId()
    const refused = await merchant.check(clientOrderId, amountFor('check-validation-error'))
    expect(refused).toMatchObject({ kind: 'validation_error' })
    expect(await merchant.status({ clientOrderId })).toMatchObject({ kind: 'no_such_order' })
    const failed = await merchant.check(clientOrderId, amountFor('check-error'))
    expect(failed).toMatchObject({ kind: 'error', orderId: expect.any(String) as string })
    expect(await merchant.status({ clientOrderId })).toMatchObject({ kind: 'status' })
  })

  it('stays-validating waits until it is moved by hand, slow takes ten steps', async () => {
    for (const name of ['stays-validating', 'slow'] as const) {
      const clientOrderId = merchant.newId()
      await merchant.check(clientOrderId, amountFor(name))
      expect((await merchant.control(`orders/${clientOrderId}`)).body).toMatchObject({
        stage: 'payout_check_validating',
        planned: name === 'slow' ? 1 : 0,
      })
    }
  })
})

describe('the choice of a scenario', () => {
  it('follows account number, then cents, and knows each scenario by both', () => {
    for (const name of scenarioNames) {
      expect(scenarioByFields(`1.${scenarios[name].cents}`, undefined)).toBe(name)
      expect(scenarioByFields('1.00', `GB00 ${scenarios[name].account}`)).toBe(name)
    }
    expect(scenarioByFields('1.02', 'x9901')).toBe('approve-with-form')
    expect(scenarioByFields('100.50', 'DE89370400440532013000')).toBeNull()
    expect(scenarioByFields('1000', undefined)).toBeNull()
  })

  it('by hand comes first: for one order, for only the next one, or as the default', async () => {
    const id = merchant.newId()
    const scenarioFor = async (clientOrderId: string, amount = '25.50') => {
      const verdict = await merchant.check(clientOrderId, { amount })
      if (verdict.kind !== 'accepted') throw new Error(verdict.kind)
      return merchant.simulator.ledger.byOrderId(verdict.orderId)!.scenario
    }
    await merchant.control('scenario', { scenario: 'slow', for: { clientOrderId: id } })
    await merchant.control('scenario', { scenario: 'decline', for: 'next' })
    await merchant.control('scenario', { scenario: 'filtered' })
    expect(await scenarioFor(id, '25.02')).toBe('slow')
    expect(await scenarioFor(merchant.newId(), '25.03')).toBe('decline')
    expect(await scenarioFor(merchant.newId())).toBe('filtered')
    expect(await scenarioFor(merchant.newId(), '25.04')).toBe('error')
    expect((await merchant.control('scenario', { scenario: 'miracle' })).status).toBe(400)
    await merchant.control('reset', {})
    expect(await scenarioFor(merchant.newId())).toBe('approve')
  })

  it('is the same in the documentation and in the code', () => {
    const doc = readFileSync(new URL('../../docs/simulator.md', import.meta.url), 'utf8')
    for (const name of scenarioNames) {
      const { cents, account, explanation } = scenarios[name]
      const row = doc.split('\n').find((line) => line.startsWith(`| \`${name}\``))
      expect(row?.split('|').map((cell) => cell.trim())).toEqual([
        '',
        `\`${name}\``,
        `.${cents}`,
        account,
        explanation,
        '',
      ])
    }
  })
})

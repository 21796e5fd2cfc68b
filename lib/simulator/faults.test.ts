import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { oddKinds } from './faults.ts'
import { startMerchant, type Merchant } from './testing/merchant.ts'

let merchant: Merchant
beforeAll(async () => {
  merchant = await startMerchant()
})
afterAll(() => merchant.close())
afterEach(() => merchant.control('reset', {}))

describe('faults', () => {
  const fault = (body: object) => merchant.control('faults', body)

  it.each([
    ['drop', 'network'],
    ['reset', 'network'],
    ['cut', 'network'],
  ])('%s breaks the conversation after the payout-check was done', async (kind, code) => {
    await fault({ command: 'payout-check', fault: kind })
    const clientOrderId = merchant.newId()
    await expect(merchant.check(clientOrderId)).rejects.toMatchObject({ code })
    expect(await merchant.status({ clientOrderId })).toMatchObject({ kind: 'status' })
  })

  it('a request can also be lost before anything was done', async () => {
    await fault({ command: 'payout-check', fault: 'drop', does: false })
    const clientOrderId = merchant.newId()
    await expect(merchant.check(clientOrderId)).rejects.toMatchObject({ code: 'network' })
    expect(await merchant.status({ clientOrderId })).toMatchObject({ kind: 'no_such_order' })
  })

  it.each([
    ['truncated', 'unreadable'],
    ['empty', 'empty'],
    ['html', 'unreadable'],
    ['garbage', 'unreadable'],
    ['other_ids', 'other_ids'],
    ['redirect', 'http_status'],
    ['broken_encoding', 'unreadable'],
    ['bad_id', 'unreadable'],
    ['http', 'http_status'],
  ])('%s makes the answer to a payout-pay worthless, but the money moves', async (kind, reason) => {
    const ids = await merchant.validated()
    await fault({ command: 'payout-pay', fault: kind, clientOrderId: ids.clientOrderId })
    expect(await merchant.pay(ids)).toMatchObject({ kind: 'silence', reason })
    expect(merchant.simulator.ledger.byOrderId(ids.orderId)).toMatchObject({ payReceived: 1, payAccepted: 1 })
  })

  it.each(oddKinds)('the client still understands an answer that is %s', async (kind) => {
    const ids = await merchant.validated()
    await fault({ command: 'payout-pay', fault: kind, clientOrderId: ids.clientOrderId })
    expect(await merchant.pay(ids)).toMatchObject({ kind: 'accepted', orderId: ids.orderId })
    await fault({ command: 'status', fault: kind, clientOrderId: ids.clientOrderId })
    expect(await merchant.status(ids)).toMatchObject({ kind: 'status', orderId: ids.orderId })
  })

  it.each([
    ['no_status', { kind: 'silence', reason: 'unreadable' }],
    ['other_operation', { kind: 'other_operation', type: 'reversal', status: 'approved' }],
    ['validating', { kind: 'status', stage: 'payout_check_validating' }],
    ['declined', { kind: 'query_error', message: 'Declined by the issuer' }],
    ['refused', { kind: 'query_error' }],
  ])('%s puts other words into a status, once', async (kind, verdict) => {
    const ids = await merchant.validated()
    await fault({ command: 'status', fault: kind, clientOrderId: ids.clientOrderId })
    expect(await merchant.status(ids)).toMatchObject(verdict)
    expect(await merchant.status(ids)).toMatchObject({ kind: 'status', stage: 'payout_check_validated' })
  })

  it('refused turns a payout-pay down and pays nothing, unless told to do both', async () => {
    const [ids, paid] = [await merchant.validated(), await merchant.validated()]
    await fault({ command: 'payout-pay', fault: 'refused' })
    expect(await merchant.pay(ids)).toMatchObject({ kind: 'validation_error' })
    await fault({ command: 'payout-pay', fault: 'refused', does: true })
    expect(await merchant.pay(paid)).toMatchObject({ kind: 'validation_error' })
    const accepted = [ids, paid].map(
      ({ orderId }) => merchant.simulator.ledger.byOrderId(orderId)?.payAccepted,
    )
    expect(accepted).toEqual([0, 1])
  })

  it('can begin after a payout-pay', async () => {
    const ids = await merchant.validated()
    await fault({ command: 'status', fault: 'validating', afterPay: true })
    await fault({ command: 'payout-pay', fault: 'refused' })
    expect(await merchant.status(ids)).toMatchObject({ stage: 'payout_check_validated' })
    await merchant.pay(ids)
    expect(await merchant.status(ids)).toMatchObject({ stage: 'payout_check_validating' })
    expect(await merchant.status(ids)).toMatchObject({ stage: 'payout_check_validated' })
  })

  it('away, it answers no command and does nothing, but counts what arrives', async () => {
    const ids = await merchant.validated()
    await merchant.control('settings', { away: true })
    await expect(merchant.status(ids)).rejects.toMatchObject({ code: 'network' })
    await expect(merchant.pay(ids)).rejects.toMatchObject({ code: 'network' })
    await merchant.control('settings', { away: false })
    expect(await merchant.status(ids)).toMatchObject({ stage: 'payout_check_validated' })
    expect(merchant.simulator.ledger.byOrderId(ids.orderId)).toMatchObject({ payReceived: 1, payAccepted: 0 })
  })

  it.each([401, 403, 404])('HTTP %d comes before anything is done', async (status) => {
    const ids = await merchant.validated()
    await fault({ command: 'payout-pay', fault: 'http', status })
    expect(await merchant.pay(ids)).toMatchObject({ kind: 'locked_out', httpStatus: status })
    expect(merchant.simulator.ledger.byOrderId(ids.orderId)).toMatchObject({ payReceived: 1, payAccepted: 0 })
  })

  it('a slow answer comes late', async () => {
    const ids = await merchant.validated()
    await fault({ command: 'status', fault: 'slow', ms: 120 })
    const before = performance.now()
    expect(await merchant.status(ids)).toMatchObject({ kind: 'status' })
    expect(performance.now() - before).toBeGreaterThanOrEqual(110)
  })

  it('hits as many times as asked and only the order it names, and can be taken back', async () => {
    const ids = await merchant.validated()
    await fault({ command: 'status', fault: 'empty', times: 2, clientOrderId: ids.clientOrderId })
    expect(await merchant.status({ clientOrderId: 'PO-other' })).toMatchObject({ kind: 'no_such_order' })
    expect(await merchant.status(ids)).toMatchObject({ reason: 'empty' })
    await merchant.control('faults', undefined, 'DELETE')
    expect(await merchant.status(ids)).toMatchObject({ kind: 'status' })
  })

  it('is refused when the simulator does not know it', async () => {
    expect((await fault({ command: 'status', fault: 'earthquake' })).status).toBe(400)
    expect((await fault({ command: 'status', fault: 'empty', more: 1 })).status).toBe(400)
  })
})

import { describe, expect, it } from 'vitest'
import { readGrantRequest } from './grant.ts'
import { readPayoutRequest } from './payout.ts'

const payout = {
  amount: '1.00',
  currency: 'EUR',
  receiver: { externalId: 'cust-42', firstName: 'Ada' },
  destination: { account_number: '1' },
  metadata: { order: '1' },
}
const grant = { amount: '1.00', currency: 'EUR', receiver: { externalId: 'cust-42' }, reference: 'r' }

describe('null for an optional field', () => {
  it('is the same as leaving it out, in requests for payouts and for grants', () => {
    const nulls = { email: null, lastName: null }
    const said = { ...payout, receiver: { ...payout.receiver, ...nulls }, description: null }
    expect(readPayoutRequest({ ...said, destination: { account_number: '1', bank_name: null } })).toEqual(
      readPayoutRequest(payout),
    )
    const { destination: _destination, metadata: _metadata, ...bare } = payout
    expect(readPayoutRequest({ ...bare, destination: null, metadata: null })).toEqual(readPayoutRequest(bare))
    expect(readGrantRequest({ ...grant, receiver: { externalId: 'cust-42', ...nulls } })).toEqual(
      readGrantRequest(grant),
    )
  })

  it("is a value where it is the sender's own data", () => {
    expect(readPayoutRequest({ ...payout, metadata: { order: null } })).toMatchObject({
      data: { metadata: { order: null } },
    })
  })

  it.each([
    ['amount', { ...payout, amount: null }],
    ['receiver', { ...payout, receiver: null }],
    ['receiver.externalId', { ...payout, receiver: { externalId: null } }],
    ['amuont', { ...payout, amuont: null }],
    ['constructor', JSON.parse(JSON.stringify(payout).replace('{', '{"constructor":null,')) as unknown],
  ])('for %s is still refused', (_path, body) => expect(readPayoutRequest(body).success).toBe(false))

  it('as a whole body is refused', () => {
    for (const body of [null, [null], 'null', undefined]) expect(readPayoutRequest(body).success).toBe(false)
  })
})

/** The facts behind the risk checks, counted on a real database, and what the policy makes of them. */
import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { plainCurrency } from '#lib/payouts/policy.ts'
import type { Actor } from '#lib/payouts/permissions.ts'
import type { Payout } from '#lib/services/ports.ts'
import { approvePayout } from '#lib/services/approval/approve-payout.ts'
import { rejectPayout } from '#lib/services/approval/reject-payout.ts'
import { createTestPortal, seen } from '#lib/services/testing/portal.ts'
import { askedAt } from '#lib/services/testing/time.ts'

const operator: Actor = { kind: 'operator', name: 'test' }
let portal: Awaited<ReturnType<typeof createTestPortal>>
beforeAll(async () => {
  portal = await createTestPortal()
  // Requests by the API below 1000 EUR need nobody, unless a check says HIGH.
  const autoApprove = { below: '1000', sources: ['api' as const] }
  await portal.deps.policy.set(
    { currencies: { EUR: { ...plainCurrency, autoApprove } }, risk: {} },
    'for these tests',
    operator,
  )
  portal.startWorker()
})
afterAll(() => portal.close())

let made = 0
/** An account that nobody else has. */
const freshAccount = () => `AC-${String(++made).padStart(6, '0')}`

type Request = { to?: string; account?: string; amount?: string; currency?: string; name?: string }
async function ask({
  to = randomUUID(),
  account = freshAccount(),
  amount = '5.00',
  ...more
}: Request = {}): Promise<string> {
  const { name = 'Ada', currency = 'EUR' } = more
  return portal.ask({
    amount,
    currency,
    receiver: { externalId: to, firstName: 'Ada', lastName: 'Nowak' },
    destination: { account_number: account, first_name: name },
  })
}
const paid = async (request: Request) => portal.until(await ask(request), 'paid')
const judged = async (id: string): Promise<Payout> => {
  const payout = await portal.until(id, 'awaiting_approval')
  expect(payout.risk).not.toBeNull()
  return payout
}
const facts = async (id: string) => (await portal.deps.risk.judging({ id, policyVersion: 0 })).facts
const levelsOf = ({ risk }: Payout) =>
  Object.fromEntries((risk?.checks ?? []).map(({ id, level }) => [id, level]))

describe('the facts', () => {
  it('count what was paid to this receiver in this currency, and to this account', async () => {
    const [to, account, other] = [randomUUID(), freshAccount(), freshAccount()]
    await paid({ to, account, amount: '5.00' })
    await paid({ to, account: other, amount: '9.00' })
    const usd = await ask({ to, account, currency: 'USD', amount: '70.00' })
    await portal.until(usd, 'awaiting_approval')
    await approvePayout(portal.deps, await portal.approver(), seen(await portal.payout(usd)))
    await portal.until(usd, 'paid')
    // Another receiver's don't count.
    await paid({ amount: '50.00' })
    expect(await facts(await ask({ to, account, amount: '2000.00' }))).toMatchObject({
      paidCount: 2,
      largestPaidMinor: 900n,
      paidToDestination: 2,
    })
    expect(await facts(await ask({ to, account, currency: 'USD' }))).toMatchObject({
      paidCount: 1,
      largestPaidMinor: 7000n,
      paidToDestination: 2,
    })
    expect(await facts(await ask({ to }))).toMatchObject({ paidToDestination: 0 })
  })

  it('find the account of another receiver by its print, in payouts and among saved destinations', async () => {
    const account = freshAccount()
    await ask({ to: 'zoe', account })
    await ask({ to: 'ben', account })
    const carl = await portal.payout(await ask({ to: 'carl' }))
    const fields = { account_number: account, first_name: 'Carl' }
    await portal.deps.destinations.save(
      { id: randomUUID(), receiverId: carl.receiver.id, label: 'Home', fields, coolingOffH: 0, mails: [] },
      operator,
    )
    const mine = await ask({ to: 'me', account })
    expect((await facts(mine)).sharedWith).toEqual(['ben', 'carl', 'zoe'])
    // White space and case make no other account; a name does.
    const spaced = account.toLowerCase().replace(/(.{4})/g, '$1 ')
    expect((await facts(await ask({ to: 'spaced', account: spaced }))).sharedWith).toContain('me')
    expect((await facts(await ask({ to: 'alone' }))).sharedWith).toEqual([])
  })

  it('know when this receiver first named the account', async () => {
    const [to, account] = [randomUUID(), freshAccount()]
    const first = await portal.payout(await ask({ to, account }))
    const second = await ask({ to, account })
    expect((await facts(second)).destinationFirstSeenAt).toEqual(first.createdAt)
    const saved = {
      id: randomUUID(),
      receiverId: first.receiver.id,
      label: 'Home',
      coolingOffH: 0,
      mails: [],
    }
    const fields = { account_number: freshAccount(), first_name: 'Ada' }
    await portal.deps.destinations.save({ ...saved, fields }, operator)
    const before = await portal.prisma.destination.update({
      where: { id: saved.id },
      data: { createdAt: new Date('2026-01-05T10:00:00Z') },
    })
    const third = await ask({ to, account: fields.account_number })
    expect((await facts(third)).destinationFirstSeenAt).toEqual(before.createdAt)
  })

  it('find the same request within 24 hours, unless it ended without payment', async () => {
    const to = randomUUID()
    const request = { to, amount: '2000.00' }
    const first = await portal.until(await ask(request), 'awaiting_approval')
    const second = await ask(request)
    await ask({ to, amount: '2000.01' })
    await ask({ to, amount: '2000.00', currency: 'USD' })
    expect((await facts(second)).sameRequests).toEqual([first.id])
    expect(await facts(second)).toMatchObject({ requestsLastDay: 4 })
    const aged = (interval: string) => askedAt(portal.prisma, first.id, `now() - interval '${interval}'`)
    await aged('24 hours 1 second')
    expect(await facts(second)).toMatchObject({ sameRequests: [], requestsLastDay: 3 })
    await aged('23 hours 59 minutes')
    expect((await facts(second)).sameRequests).toEqual([first.id])
    await rejectPayout(portal.deps, await portal.approver(), { ...first, reason: 'No' })
    expect((await facts(second)).sameRequests).toEqual([])
  })

  it('know when the receiver’s address was changed', async () => {
    const id = randomUUID()
    const user = await portal.deps.people.createUser(
      { id, email: `${id}@example.com`, name: 'Ada', role: 'receiver', passwordHash: null, totpSecret: null },
      operator,
    )
    if (user === 'email_taken') throw new Error('taken')
    const asked = await ask()
    const payout = await portal.payout(asked)
    expect((await facts(asked)).contactChangedAt).toBeNull()
    const contactChangedAt = new Date('2026-11-20T08:00:00Z')
    await portal.prisma.user.update({
      where: { id },
      data: { receiverId: payout.receiver.id, contactChangedAt },
    })
    expect((await facts(asked)).contactChangedAt).toEqual(contactChangedAt)
  })
})

describe('a judgement', () => {
  it('lets an ordinary first payment need nobody if the policy says so, and keeps what was found', async () => {
    const payout = await paid({})
    expect(payout).toMatchObject({ approvalsRequired: 0, risk: { level: 'low' } })
    expect(levelsOf(payout)).toMatchObject({
      first_payment: 'low',
      new_destination: 'low',
      name_differs: 'none',
    })
    expect(payout.risk?.checks).toHaveLength(8)
  })

  it('at HIGH prevents automatic approval and asks for a second person', async () => {
    const account = freshAccount()
    await paid({ to: 'first-owner', account })
    const payout = await judged(await ask({ account, name: 'Somebody' }))
    expect(levelsOf(payout)).toMatchObject({ shared_destination: 'high', name_differs: 'medium' })
    expect(payout).toMatchObject({
      risk: { level: 'high' },
      approvalsRequired: 2,
      policyNote: { approved: false, why: 'A check says HIGH, so people must decide.' },
    })
    expect(payout.policyNote?.demands?.map(({ rule, approvers }) => [rule, approvers])).toContainEqual([
      'High risk',
      2,
    ])
    const ana = await portal.approver()
    expect(await approvePayout(portal.deps, ana, seen(payout))).toMatchObject({
      ok: true,
      payout: { status: 'awaiting_approval' },
    })
    expect(await approvePayout(portal.deps, ana, seen(payout))).toMatchObject({ code: 'approved_by_you' })
    expect(await approvePayout(portal.deps, await portal.approver(), seen(payout))).toMatchObject({
      ok: true,
    })
    await portal.until(payout.id, 'paid')
    expect(JSON.stringify(payout.risk)).not.toContain(account)
  })

  it('below HIGH leaves it to one person: a shared account in the same name', async () => {
    const account = freshAccount()
    await paid({ to: 'second-owner', account })
    const payout = await portal.until(await ask({ account }), 'paid')
    expect(levelsOf(payout)).toMatchObject({ shared_destination: 'medium' })
  })

  it('is HIGH for an amount far above earlier ones, once there are five to compare with', async () => {
    const [to, account] = [randomUUID(), freshAccount()]
    for (let n = 1; n <= 5; n++) await paid({ to, account, amount: `${n}.00` })
    expect(levelsOf(await paid({ to, account, amount: '50.00' }))).toMatchObject({
      amount_above_history: 'none',
    })
    expect(levelsOf(await judged(await ask({ to, account, amount: '500.01' })))).toMatchObject({
      amount_above_history: 'high',
    })
  })

  it('follows the merchant’s policy in taking a check more or less seriously', async () => {
    await portal.deps.policy.set(
      { currencies: {}, risk: { first_payment: 'high', new_destination: 'none' } },
      'stricter',
      operator,
    )
    const payout = await judged(await ask())
    expect(levelsOf(payout)).toMatchObject({
      first_payment: 'high',
      new_destination: 'none',
      name_differs: 'none',
    })
    expect(payout.approvalsRequired).toBe(2)
  })
})

/** The page of one receiver: everything that is known of them, and nothing of anybody else. */
import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { plainCurrency } from '#lib/payouts/policy.ts'
import type { Actor } from '#lib/payouts/permissions.ts'
import { createGrant } from '#lib/services/balance/create-grant.ts'
import { createTestPortal, sampleRequest } from '#lib/services/testing/portal.ts'
import { showDeskReceiver } from './show-desk-receiver.ts'

const operator: Actor = { kind: 'operator', name: 'test' }
const clerk: Actor & { kind: 'user' } = {
  kind: 'user',
  id: randomUUID(),
  role: 'clerk',
  name: 'Clara',
  receiverId: null,
}
let portal: Awaited<ReturnType<typeof createTestPortal>>
beforeAll(async () => {
  portal = await createTestPortal()
  await portal.deps.people.createUser(
    {
      id: clerk.id,
      email: 'clara@example.com',
      name: 'Clara',
      role: 'clerk',
      passwordHash: null,
      totpSecret: null,
    },
    operator,
  )
})
afterAll(() => portal.close())

async function show(id: string, cursor?: string) {
  const shown = await showDeskReceiver(portal.deps, clerk, { id, ...(cursor !== undefined && { cursor }) })
  if (!shown.ok) throw new Error(shown.code)
  return shown
}

it('has their payouts page by page, balance, accounts, notes and limits', async () => {
  const limits = { ...plainCurrency.limits, payout: '500.00', receiverMonth: '900.00' }
  await portal.deps.policy.set(
    { currencies: { EUR: { ...plainCurrency, limits } }, risk: {} },
    'for this test',
    operator,
  )
  const ids: string[] = []
  for (let n = 0; n < 27; n++) ids.unshift(await portal.ask({ amount: '1.00' }))
  await portal.ask({ receiver: { ...sampleRequest.receiver, externalId: 'somebody-else' } })
  const [latest = '', before = ''] = ids
  const { receiver } = await portal.payout(latest)
  await createGrant(portal.deps, operator, {
    body: { receiver: { externalId: receiver.externalId }, currency: 'EUR', amount: '30', reference: 'one' },
  })
  const draft = {
    id: randomUUID(),
    receiverId: receiver.id,
    label: 'Main',
    fields: { account_number: 'DE89370400440532013000' },
    coolingOffH: 0,
    mails: [],
  }
  const { destination } = await portal.deps.destinations.save(draft, operator)
  await portal.deps.destinations.remove(destination.id, operator)
  for (const [payoutId, text] of [
    [before, 'older'],
    [latest, 'newer'],
  ] as const)
    await portal.deps.notes.write({ id: randomUUID(), payoutId, text, toReceiver: false }, clerk)

  const first = await show(receiver.id)
  expect(first.payouts.map(({ id }) => id)).toEqual(ids.slice(0, 25))
  expect((await show(receiver.id, first.nextCursor ?? '')).payouts.map(({ id }) => id)).toEqual(ids.slice(25))
  expect(first.balances).toMatchObject([{ currency: 'EUR', availableMinor: 3_000n }])
  expect(first.destinations).toMatchObject([{ label: 'Main', last4: '3000' }])
  expect(first.destinations[0]?.removedAt).not.toBeNull()
  expect(JSON.stringify(first.destinations)).not.toContain('DE89370400440532013000')
  expect(first.notes.map(({ text }) => text)).toEqual(['newer', 'older'])
  expect(first.limits).toEqual([
    {
      ...{ currency: 'EUR', payoutMinor: 50_000n, dayMinor: null, monthMinor: 90_000n },
      // 27 payouts of 1.00 each are under way; what somebody else asked for doesn't count.
      ...{ dayLeftMinor: null, monthLeftMinor: 87_300n },
    },
  ])
})

it('is found by our id alone', async () => {
  for (const id of ['cust-42', randomUUID()])
    expect(await showDeskReceiver(portal.deps, clerk, { id })).toMatchObject({ code: 'not_found' })
})

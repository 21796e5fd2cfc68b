// Cardzo misbehaves, and nobody is paid twice or misinformed.
import { expect, test } from './support/fixtures.ts'
import { approve, askForWithdrawal, freshAmount, headline, referenceOn } from './support/payouts.ts'

test('a payout whose callback never comes still becomes paid', async ({
  page,
  signIn,
  payouts,
  simulator,
}) => {
  const { id, gateway } = await payouts.awaiting({ scenario: 'no-callback' })
  await signIn(page, 'approver')
  await approve(page, id)
  await payouts.until(id, 'paid')
  expect(await simulator.order(gateway.clientOrderId)).toMatchObject({
    deliveries: [],
    payReceived: 1,
    timesPaid: 1,
  })
})

test('a callback that comes before the status is not believed until Cardzo says the same', async ({
  page,
  signIn,
  payouts,
  simulator,
}) => {
  const { id, gateway } = await payouts.awaiting({ scenario: 'callback-first' })
  await signIn(page, 'approver')
  await approve(page, id)
  const paid = await payouts.until(id, 'paid')
  const order = await simulator.order(gateway.clientOrderId)
  expect(order.deliveries[0]).toMatchObject({ kind: 'early', status: 'approved', answer: '200' })
  const approvedAt = order.log.find(
    ({ what, detail }) => what === 'move' && detail.startsWith('approved'),
  )?.at
  expect(Date.parse(order.deliveries[0]!.at)).toBeLessThan(Date.parse(approvedAt!))
  expect(Date.parse(paid.finalAt!)).toBeGreaterThanOrEqual(Date.parse(approvedAt!))

  await page.goto(`/desk/payouts/${id}`)
  const entries = await page.getByRole('region', { name: 'Timeline' }).getByRole('listitem').allInnerTexts()
  const called = entries.findIndex((text) => text.includes('called back with "approved"'))
  const ended = entries.findIndex((text) => text.includes('Cardzo says: approved'))
  expect(called).toBeGreaterThan(0)
  expect(ended).toBeGreaterThan(called)
})

test('a payout-pay whose answer is lost is shown as being checked, never sent again, and resolves to paid', async ({
  page,
  newPerson,
  signIn,
  payouts,
  simulator,
}) => {
  await signIn(page, 'receiver')
  await askForWithdrawal(page, { amount: freshAmount() })
  const clientOrderId = await referenceOn(page)
  const { id } = await payouts.byReference(clientOrderId)
  await payouts.until(id, 'awaiting_approval')
  // The payment is made, its answer comes too late, and until then Cardzo answers nothing else either.
  await simulator.fault({ command: 'payout-pay', fault: 'slow', ms: 8000, clientOrderId })
  const desk = await newPerson()
  await signIn(desk, 'approver')
  await approve(desk, id)
  await simulator.until(clientOrderId, 'asked to pay', ({ payReceived }) => payReceived === 1)
  await simulator.fault({ command: 'status', fault: 'http', status: 503, times: 1000, clientOrderId })

  await expect(headline(page)).toHaveText('We’re checking with the bank')
  await expect(page.getByRole('article')).toContainText('Please don’t request it again')
  await desk.goto('/desk')
  await expect(
    desk
      .getByRole('region', { name: 'Open items' })
      .getByRole('listitem')
      .filter({ has: desk.getByRole('link', { name: new RegExp(`to Ada Nowak`) }) })
      .filter({ hasText: 'We don’t know if this payout was paid' }),
  ).toHaveCount(1)

  await simulator.clearFaults()
  await simulator.callback(clientOrderId)
  await expect(headline(page)).toHaveText('Paid')
  expect(await simulator.order(clientOrderId)).toMatchObject({ payReceived: 1, payAccepted: 1, timesPaid: 1 })
  await desk.goto(`/desk/payouts/${id}`)
  await expect(desk.getByText('We don’t know if this payout was paid')).toHaveCount(0)
})

test('a bank form on a foreign host is not linked: the receiver learns who to ask, and staff have an item', async ({
  page,
  newPerson,
  signIn,
  payouts,
  simulator,
}) => {
  const { id, gateway, statusUrl } = await payouts.awaiting({ scenario: 'slow' })
  await signIn(page, 'approver')
  await approve(page, id)
  await payouts.until(id, 'processing')
  const address = 'https://bank.example.net/form?of=this-payout'
  await simulator.status(gateway.clientOrderId, { status: 'processing', form: address })
  expect(await payouts.until(id, 'action_required')).toMatchObject({ redirectUrl: null })

  const receiver = await newPerson()
  await receiver.goto(statusUrl!)
  await expect(receiver.getByRole('article')).toContainText('Please contact us')
  await expect(receiver.getByRole('link', { name: 'Continue to your bank' })).toHaveCount(0)
  expect(await receiver.content()).not.toContain('bank.example.net')
  await page.goto(`/desk/payouts/${id}`)
  const item = page.getByRole('region', { name: 'Open items' }).getByRole('listitem')
  await expect(item).toContainText("The bank form's address was not trusted")
  await expect(item).toContainText('The host bank.example.net is not an allowed one.')
  await page.goto('/desk')
  await expect(
    page.getByRole('listitem').filter({ hasText: 'The host bank.example.net is not an allowed one.' }),
  ).not.toHaveCount(0)
  await page.goto(`/desk/payouts/${id}`)

  await simulator.status(gateway.clientOrderId, { status: 'approved', callback: true })
  await payouts.until(id, 'paid')
  await page.reload()
  await expect(page.getByRole('region', { name: 'Open items' })).toHaveCount(0)
})

test('Cardzo first says unknown, then approves: the payout goes through outcome unknown to paid', async ({
  page,
  signIn,
  payouts,
  simulator,
}) => {
  const { id, gateway } = await payouts.awaiting({ scenario: 'unknown-then-approved' })
  await signIn(page, 'approver')
  await approve(page, id)
  await payouts.until(id, 'outcome_unknown')
  await payouts.until(id, 'paid')
  expect(await simulator.order(gateway.clientOrderId)).toMatchObject({ payReceived: 1, timesPaid: 1 })
})

test('if the bank does not confirm, the payout ends before anybody is asked to approve it', async ({
  payouts,
  simulator,
}) => {
  const { id, gateway } = await payouts.create({ scenario: 'check-declined' })
  expect((await payouts.until(id, 'declined')).failure).toMatchObject({ code: 'declined', gatewayCode: '5' })
  expect(await simulator.order(gateway.clientOrderId)).toMatchObject({ payReceived: 0, timesPaid: 0 })
})

// Open pages are told of changes. Where their own polling could have found one as well, it is put off.
import type { Page } from '@playwright/test'
import { expect, test } from './support/fixtures.ts'
import { headline, shownAmount } from './support/payouts.ts'
import { admin } from './support/stack.ts'

/** Nothing that this page does every few seconds happens in this test: what it shows in the end, it was told. */
async function putOffPolling(page: Page): Promise<void> {
  await page.addInitScript(() => {
    const setInterval = window.setInterval.bind(window)
    const aDay = 86_400_000
    Object.assign(window, {
      setInterval: (call: () => void, ms: number) => setInterval(call, ms >= 2_000 ? aDay : ms),
    })
  })
}

/** Opens a page, and waits until it has looked again because its stream is open. */
async function openTold(page: Page, path: string, looksAt: RegExp): Promise<void> {
  const looked = page.waitForRequest((request) => looksAt.test(request.url()))
  const streamed = page.waitForResponse((response) => response.url().includes('/events'))
  await page.goto(path)
  expect((await streamed).status()).toBe(200)
  await looked
}

test('a callback brings the result to the receiver’s screen, which does not ask by itself', async ({
  page,
  payouts,
  simulator,
}) => {
  const { id, gateway, statusUrl } = await payouts.create({ scenario: 'stays-validating' })
  await payouts.until(id, 'checking')
  await putOffPolling(page)
  await openTold(page, statusUrl!, /\/status$/)
  await expect(headline(page)).not.toHaveText('Declined')
  await simulator.status(gateway.clientOrderId, { status: 'declined', callback: true })
  await expect(headline(page)).toHaveText('Declined')
})

test('where streams are refused the receiver’s page polls, and gets there too', async ({
  page,
  payouts,
  simulator,
  complaints,
}) => {
  complaints.allow(/503.*\/events/)
  const { id, gateway, statusUrl } = await payouts.create({ scenario: 'stays-validating' })
  await payouts.until(id, 'checking')
  await page.route('**/events', (route) => route.fulfill({ status: 503, body: '' }))
  const refused = page.waitForResponse((response) => response.url().endsWith('/events'))
  await page.goto(statusUrl!)
  expect((await refused).status()).toBe(503)
  await simulator.status(gateway.clientOrderId, { status: 'declined', callback: true })
  await expect(headline(page)).toHaveText('Declined')
})

test('a revoked link ends the stream, and the page says so', async ({ page, stack, payouts, complaints }) => {
  complaints.allow(/404.*\/(status|events)/)
  const { id, statusUrl } = await payouts.create({ scenario: 'stays-validating' })
  await putOffPolling(page)
  await openTold(page, statusUrl!, /\/status$/)
  await admin(stack.environment, ['link:revoke', '--id', id])
  await expect(page.getByRole('status').filter({ hasText: 'This link has expired' })).toBeVisible()
})

test('the desk lists a payout when the bank has confirmed it, and an approver sees at once that somebody else has decided', async ({
  page,
  newPerson,
  signIn,
  payouts,
}) => {
  await signIn(page, 'approver')
  await putOffPolling(page)
  await openTold(page, '/desk', /\/desk\?_rsc/)
  const { id, amount } = await payouts.awaiting()
  await expect(page.getByRole('listitem').filter({ hasText: shownAmount(amount) })).toBeVisible()

  await openTold(page, `/desk/payouts/${id}`, /\/mark$/)
  const other = await newPerson()
  await signIn(other, 'otherApprover')
  await other.goto(`/desk/payouts/${id}`)
  await other.getByLabel('Reason').fill('Not this one.')
  await other.getByRole('button', { name: 'Reject' }).click()
  await expect(other.getByRole('status').filter({ hasText: 'Rejected' })).toBeVisible()
  await expect(page.getByRole('alert').filter({ hasText: 'This has changed' })).toBeVisible()
})

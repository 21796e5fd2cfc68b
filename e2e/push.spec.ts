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

/** What a screen reader is told from now on, in order: each time that the live region changes. */
async function hear(page: Page): Promise<() => Promise<string[]>> {
  const heard = await page.locator('p[aria-live="polite"]').evaluateHandle((region) => {
    const texts: string[] = []
    const observer = new MutationObserver(() => texts.push(region.textContent))
    observer.observe(region, { childList: true, characterData: true, subtree: true })
    return texts
  })
  return () => heard.evaluate((texts) => [...texts])
}

/** Collects what the page asks of the server about a payout from now on. */
function listen(page: Page): string[] {
  const asked: string[] = []
  page.on('request', (request) => {
    if (/\/api\/pay\/.*\/(status|events)$/.test(request.url())) asked.push(request.url())
  })
  return asked
}

/** Everything that makes the page look again, and time enough for each timer. Whatever it asks for has left when this is over. */
async function tempt(page: Page): Promise<void> {
  await page.evaluate(() => {
    document.dispatchEvent(new Event('visibilitychange'))
    for (const name of ['focus', 'visibilitychange', 'offline', 'online', 'pageshow'])
      window.dispatchEvent(new Event(name))
  })
  await page.clock.runFor(300_000)
  // Asked last, answered after all that was asked before it has begun.
  await page.evaluate(() => fetch('/api/health/live'))
}

test('a callback brings the result to the receiver’s screen, which does not ask by itself, and says each change once', async ({
  page,
  payouts,
  simulator,
}) => {
  const { id, gateway, statusUrl } = await payouts.create({ scenario: 'stays-validating' })
  await payouts.until(id, 'checking')
  await putOffPolling(page)
  await openTold(page, statusUrl!, /\/status$/)
  await expect(headline(page)).not.toHaveText('Declined')
  const heard = await hear(page)
  // The same word again is no change.
  await simulator.callback(gateway.clientOrderId)
  await simulator.status(gateway.clientOrderId, {
    status: 'processing',
    stage: 'payout_check_validated',
    callback: true,
  })
  await expect(headline(page)).toHaveText('Waiting for approval')
  await simulator.status(gateway.clientOrderId, { status: 'declined', callback: true })
  await expect(headline(page)).toHaveText('Declined')
  expect(await heard()).toEqual(['Waiting for approval', 'Your bank declined the payment'])
})

test('where streams are refused the receiver’s page polls, gets there too, and asks nothing after the end', async ({
  page,
  payouts,
  simulator,
  complaints,
}) => {
  complaints.allow(/503.*\/events/)
  const { id, gateway, statusUrl } = await payouts.create({ scenario: 'stays-validating' })
  await payouts.until(id, 'checking')
  await page.route('**/events', (route) => route.fulfill({ status: 503, body: '' }))
  await page.clock.install()
  const refused = page.waitForResponse((response) => response.url().endsWith('/events'))
  await page.goto(statusUrl!)
  expect((await refused).status()).toBe(503)
  const asked = listen(page)
  await tempt(page)
  expect(asked.filter((url) => url.endsWith('/status')).length).toBeGreaterThan(0)
  expect(asked.filter((url) => url.endsWith('/events')).length).toBeGreaterThan(0)
  await simulator.status(gateway.clientOrderId, { status: 'declined', callback: true })
  await expect(headline(page)).toHaveText('Declined')
  asked.length = 0
  await tempt(page)
  expect(asked).toEqual([])
  // Nor when it is opened again.
  await page.goto(statusUrl!)
  await expect(headline(page)).toHaveText('Declined')
  await tempt(page)
  expect(asked).toEqual([])
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

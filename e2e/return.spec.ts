// The browser comes back from the bank.
import { expect, test } from './support/fixtures.ts'
import { headline } from './support/payouts.ts'
import type { Payouts } from './support/payouts.ts'
import type { Simulator } from './support/simulator.ts'
import { admin } from './support/stack.ts'

/** A payout that waits for its receiver to fill in the bank's form. */
async function withForm(payouts: Payouts, simulator: Simulator) {
  const { id, gateway, statusUrl } = await payouts.create({ scenario: 'stays-validating' })
  await payouts.until(id, 'checking')
  await simulator.status(gateway.clientOrderId, { status: 'processing', form: true })
  const { redirectUrl } = await payouts.until(id, 'action_required')
  const { redirectUrl: returnUrl } = await simulator.order(gateway.clientOrderId)
  return {
    id,
    clientOrderId: gateway.clientOrderId,
    statusUrl: statusUrl!,
    bankForm: redirectUrl!,
    returnUrl: returnUrl!,
  }
}

test('a browser without cookies returns by the bank’s POST and lands on the live status page', async ({
  page,
  context,
  payouts,
  simulator,
}) => {
  const { id, clientOrderId, statusUrl, bankForm } = await withForm(payouts, simulator)
  await page.goto(bankForm)
  const comingBack = page.waitForRequest((request) => request.url().endsWith('/return'))
  await page.getByRole('button', { name: 'Confirm' }).click()
  const request = await comingBack
  expect(request.method()).toBe('POST')
  expect((await request.response())?.status()).toBe(303)
  await expect(page).toHaveURL(statusUrl)
  expect(await context.cookies()).toEqual([])
  await expect(page.getByRole('link', { name: 'Sign in' })).toBeVisible()
  await expect(headline(page)).not.toHaveText('Paid')
  await expect(page.getByRole('article')).toContainText('Welcome back. We’re confirming the result')

  await simulator.status(clientOrderId, { status: 'approved', callback: true })
  await expect(headline(page)).toHaveText('Paid')
  await payouts.until(id, 'paid')
})

test('whatever a returning browser claims is not believed', async ({ page, payouts, simulator, request }) => {
  const { id, clientOrderId, statusUrl, returnUrl } = await withForm(payouts, simulator)
  const claims = { status: 'approved', orderid: '1', client_orderid: clientOrderId, control: 'f'.repeat(40) }
  await page.goto(`${returnUrl}?${new URLSearchParams(claims).toString()}`)
  await expect(page).toHaveURL(statusUrl)
  // A later answer of Cardzo still asks for the form, so it is offered again.
  await expect(headline(page)).toHaveText('Confirm with your bank')
  await expect(page.getByRole('link', { name: 'Continue to your bank' })).toBeVisible()
  const posted = await request.post(returnUrl, { form: claims, maxRedirects: 0 })
  expect(posted.status()).toBe(303)
  expect(await payouts.get(id)).toMatchObject({ status: 'action_required', final: false })
})

test('the form is gone at once after the return, and comes back only if Cardzo still asks for it', async ({
  page,
  payouts,
  simulator,
}) => {
  const { clientOrderId, statusUrl, returnUrl } = await withForm(payouts, simulator)
  await page.goto(statusUrl)
  const link = page.getByRole('link', { name: 'Continue to your bank' })
  await expect(link).toBeVisible()
  // Cardzo is silent for a while.
  await simulator.fault({ command: 'status', fault: 'http', status: 502, times: 1000, clientOrderId })
  await page.goto(returnUrl)
  await expect(page).toHaveURL(statusUrl)
  await expect(headline(page)).toHaveText('We’re checking with your bank')
  await expect(link).toHaveCount(0)
  await simulator.clearFaults()
  await expect(link).toBeVisible()
  await expect(headline(page)).toHaveText('Confirm with your bank')
})

test('the token that passes through the bank opens nothing, and the receiver’s own token never goes there', async ({
  payouts,
  simulator,
  request,
}) => {
  const { statusUrl, returnUrl } = await withForm(payouts, simulator)
  const token = /\/pay\/([^/]+)\/return$/.exec(returnUrl)![1]!
  expect(token.length).toBeGreaterThanOrEqual(22)
  expect((await request.get(`/pay/${token}`)).status()).toBe(404)
  expect((await request.get(`/api/pay/${token}/status`)).status()).toBe(404)
  expect(statusUrl).not.toContain(token)
  const wrongWay = await request.get(`${statusUrl}/return`, { maxRedirects: 0 })
  expect(wrongWay.status()).toBe(303)
  expect(wrongWay.headers()['location']).toBe('/pay/back')
})

test('a receiver whose link has ended learns what to do', async ({
  page,
  complaints,
  payouts,
  simulator,
  stack,
}) => {
  complaints.allow(/status of 404/)
  const { id, statusUrl, returnUrl } = await withForm(payouts, simulator)
  await admin(stack.environment, ['link:revoke', '--id', id])
  expect((await payouts.get(id)).statusUrl).toBeNull()
  expect((await page.goto(statusUrl))?.status()).toBe(404)
  await page.goto(returnUrl)
  await expect(headline(page)).toHaveText('You’re back')
  await expect(page.getByRole('main')).toContainText('open our latest email to you or sign in')
})

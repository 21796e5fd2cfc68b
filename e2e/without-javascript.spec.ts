// Everything but live updates works in a browser without scripts.
import { expect, signInByForm, test } from './support/fixtures.ts'
import {
  fillWithdrawal,
  freshAmount,
  headline,
  pressApprove,
  referenceOn,
  shownAmount,
} from './support/payouts.ts'
import { people } from './support/stack.ts'

test.use({ javaScriptEnabled: false })

test('a receiver without scripts signs in, asks, confirms at the bank and reads that they are paid', async ({
  page,
  newPerson,
  payouts,
  simulator,
  database,
}) => {
  const amount = freshAmount()
  await simulator.balance('EUR', '0.50')
  await database.rows("UPDATE endpoint SET balance = '*' WHERE id = 1")
  await signInByForm(page, people.receiver.email)
  await page.goto('/withdraw')
  await fillWithdrawal(page, { amount: '0', scenario: 'approve-with-form' })
  await page.getByRole('button', { name: 'Request withdrawal' }).click()
  await expect(page.getByRole('alert')).toContainText('Amount')
  await fillWithdrawal(page, { amount, scenario: 'approve-with-form' })
  await page.getByRole('button', { name: 'Request withdrawal' }).click()
  await expect(page).toHaveURL(/\/pay\//)
  const statusPage = page.url()
  const clientOrderId = await referenceOn(page)
  const { id } = await payouts.byReference(clientOrderId)
  await payouts.until(id, 'awaiting_approval')

  const desk = await newPerson({ javaScriptEnabled: false })
  await signInByForm(desk, people.approver.email)
  // The balance at Cardzo doesn't cover it: a warning beside the button, which works all the same.
  await expect(async () => {
    await desk.goto(`/desk/payouts/${id}`)
    await expect(desk.getByText('The balance at Cardzo doesn’t cover this')).toBeVisible({ timeout: 500 })
  }).toPass({ timeout: 30_000 })
  await desk.getByRole('button', { name: 'Reject' }).click()
  await expect(desk.getByRole('alert')).toContainText('Enter a reason')
  await pressApprove(desk)
  await expect(desk.getByRole('status').filter({ hasText: 'Approved' })).toBeVisible()
  await database.rows('UPDATE endpoint SET balance = NULL WHERE id = 1')
  await simulator.noBalances()

  // The receiver's page reloads itself every five seconds. Opening it at that very moment would fail now and then.
  await payouts.until(id, 'action_required')
  await page.getByRole('link', { name: 'Continue to your bank' }).click()
  await page.getByRole('button', { name: 'Confirm' }).click()
  await page.getByRole('button', { name: 'Return to the merchant' }).click()
  await payouts.until(id, 'paid')
  await expect(headline(page)).toHaveText('Paid')
  await expect(page).toHaveURL(statusPage)
  await expect(page.getByRole('article')).toContainText(shownAmount(amount))
  expect(await simulator.order(clientOrderId)).toMatchObject({ payReceived: 1, timesPaid: 1 })
})

test('a receiver without scripts cancels a request, and signs out on the status page', async ({ page }) => {
  const amount = freshAmount()
  await signInByForm(page, people.receiver.email)
  await page.goto('/withdraw')
  await fillWithdrawal(page, { amount })
  await page.getByRole('button', { name: 'Request withdrawal' }).click()
  await expect(page).toHaveURL(/\/pay\//)
  const statusPage = page.url()
  await page.goto('/withdrawals')
  const row = page.getByRole('listitem').filter({ hasText: shownAmount(amount) })
  await row.getByRole('button', { name: /^Cancel / }).click()
  await expect(row).not.toContainText('Cancelled')
  await row.getByRole('button', { name: 'Yes, cancel it' }).click()
  await expect(row).toContainText('Cancelled')
  await page.goto(statusPage)
  await expect(headline(page)).toHaveText('Cancelled')
  await page.getByRole('button', { name: 'Sign out' }).click()
  await expect(page).toHaveURL(/\/sign-in/)
})

test('without scripts the status page reloads itself until the payout is over', async ({ page, payouts }) => {
  const { id, statusUrl } = await payouts.awaiting()
  await page.goto(statusUrl!)
  await expect(headline(page)).toHaveText('Waiting for approval')
  const reloaded = page.waitForRequest(statusUrl!, { timeout: 8000 })
  await payouts.get(id)
  await reloaded
})

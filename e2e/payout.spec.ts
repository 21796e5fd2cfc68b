// From the request to the result, on a wide screen and on a phone.
import { expect, test } from './support/fixtures.ts'
import {
  approve,
  askForWithdrawal,
  freshAmount,
  headline,
  pressApprove,
  referenceOn,
  shownAmount,
} from './support/payouts.ts'

test('a receiver asks for a withdrawal, an approver approves it, and it is paid without a form', async ({
  page,
  newPerson,
  signIn,
  payouts,
  simulator,
}) => {
  const amount = freshAmount()
  await signIn(page, 'receiver')
  await askForWithdrawal(page, { amount })
  await expect(headline(page)).toHaveText('Waiting for approval')
  // A page that doesn't name its width is drawn as on a wide screen, and made small.
  expect(await page.evaluate(() => window.innerWidth)).toBe(page.viewportSize()?.width)
  await expect(page.getByRole('listitem').filter({ hasText: 'With the finance team' })).toHaveAttribute(
    'aria-current',
    'step',
  )

  const desk = await newPerson()
  await signIn(desk, 'approver')
  await desk.goto('/desk')
  const ada = desk.getByRole('link', { name: 'Ada Nowak', exact: true })
  const row = desk
    .getByRole('listitem')
    .filter({ hasText: shownAmount(amount) })
    .filter({ has: ada })
  await expect(row).toContainText(/Bank confirmed \d\d:\d\d UTC/)
  await row.getByRole('link', { name: 'Ada Nowak' }).click()
  await pressApprove(desk)
  await expect(desk.locator(':focus').getByRole('status')).toContainText('Approved')

  await expect(headline(page)).toHaveText('Paid')
  const reference = await referenceOn(page)
  await expect(page.getByRole('article')).toContainText(shownAmount(amount))
  await expect(page.getByRole('article')).toContainText('9921')
  const { id } = await payouts.byReference(reference)
  expect(await payouts.get(id)).toMatchObject({ status: 'paid', final: true, amount, failure: null })
  expect(await simulator.order(reference)).toMatchObject({ payReceived: 1, timesPaid: 1, moneyMoved: amount })
  await page.goto('/withdrawals')
  await expect(page.getByRole('listitem').filter({ hasText: shownAmount(amount) })).toContainText('Paid')
  // One mail to the approvers, one to the receiver.
  await page.goto('/demo/mail')
  const mails = page.getByRole('listitem').filter({ hasText: shownAmount(amount) })
  await expect(mails.filter({ hasText: 'Waiting for approval' }).filter({ hasText: id })).not.toHaveCount(0)
  await expect(mails.filter({ hasText: 'We’ve sent you' })).toHaveCount(1)
})

test("a receiver confirms on the bank's form, is led back to the portal and is paid", async ({
  page,
  newPerson,
  signIn,
  payouts,
  simulator,
  stack,
}) => {
  const amount = freshAmount()
  await signIn(page, 'receiver')
  await askForWithdrawal(page, { amount, scenario: 'approve-with-form' })
  const statusPage = page.url()
  const { id } = await payouts.byReference(await referenceOn(page))
  await payouts.until(id, 'awaiting_approval')
  const desk = await newPerson()
  await signIn(desk, 'approver')
  await approve(desk, id)

  await expect(headline(page)).toHaveText('Confirm with your bank')
  const { redirectUrl } = await payouts.get(id)
  const toBank = page.getByRole('link', { name: 'Continue to your bank' })
  await expect(toBank).toHaveAttribute('href', redirectUrl ?? '')
  await expect(page.getByRole('article')).toContainText(`Opens ${new URL(stack.simulatorUrl).host}`)
  await toBank.click()
  await expect(headline(page)).toHaveText('Confirm the payout to your account')
  await page.getByRole('button', { name: 'Confirm' }).click()

  await expect(page).toHaveURL(statusPage)
  await expect(headline(page)).toHaveText('Paid')
  const paid = await payouts.until(id, 'paid')
  expect(paid.redirectUrl).toBeNull()
  expect(await simulator.order(paid.gateway.clientOrderId)).toMatchObject({ timesPaid: 1 })
})

test('an approver rejects with a reason, and the receiver reads it', async ({
  page,
  newPerson,
  signIn,
  payouts,
  simulator,
}) => {
  await signIn(page, 'receiver')
  await askForWithdrawal(page, { amount: freshAmount() })
  const reference = await referenceOn(page)
  const { id } = await payouts.byReference(reference)
  await payouts.until(id, 'awaiting_approval')

  const desk = await newPerson()
  await signIn(desk, 'approver')
  await desk.goto(`/desk/payouts/${id}`)
  await desk.getByRole('button', { name: 'Reject' }).click()
  await expect(desk.getByRole('alert').filter({ hasText: 'Not rejected' })).toContainText('Enter a reason')
  const reason = 'The account belongs to <somebody> else.'
  await desk.getByLabel('Reason').fill(reason)
  await desk.getByRole('button', { name: 'Reject' }).click()
  await expect(desk.getByRole('status').filter({ hasText: 'Rejected' })).toBeVisible()

  await expect(headline(page)).toHaveText('Rejected')
  await expect(page.getByRole('article')).toContainText(reason)
  expect((await payouts.get(id)).failure).toMatchObject({ code: 'rejected', message: reason })
  expect(await simulator.order(reference)).toMatchObject({ payReceived: 0, timesPaid: 0 })
  await page.goto('/demo/mail')
  await expect(
    page
      .getByRole('listitem')
      .filter({ hasText: /Your request for .* was declined/ })
      .filter({ hasText: reference }),
  ).toContainText(reason)
})

test('a bank declines, the receiver reads what to do, and staff read what Cardzo said', async ({
  page,
  newPerson,
  signIn,
  payouts,
}) => {
  await signIn(page, 'receiver')
  await askForWithdrawal(page, { amount: freshAmount(), scenario: 'decline' })
  const { id } = await payouts.byReference(await referenceOn(page))
  await payouts.until(id, 'awaiting_approval')
  const desk = await newPerson()
  await signIn(desk, 'approver')
  await approve(desk, id)

  await expect(headline(page)).toHaveText('Declined')
  await expect(page.getByRole('article')).toContainText('No money was sent. Check your account details')
  await expect(page.getByRole('article')).not.toContainText('Declined by the bank')
  await desk.goto(`/desk/payouts/${id}`)
  await expect(desk.getByRole('definition').filter({ hasText: 'code 5' })).toContainText(
    'Declined by the bank',
  )
})

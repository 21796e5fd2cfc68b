// Finance staff decide: never on their own request, never twice, and they learn when somebody was faster.
import { readFile } from 'node:fs/promises'
import { codeFor, expect, test } from './support/fixtures.ts'
import {
  approve,
  askForWithdrawal,
  connectPayouts,
  fillWithdrawal,
  freshAmount,
  headline,
  keepUnaware,
  pressApprove,
  shownAmount,
} from './support/payouts.ts'
import { admin, people } from './support/stack.ts'

test('two approvers decide at once: one wins, the other learns so, and one payment leaves', async ({
  page,
  newPerson,
  signIn,
  payouts,
  simulator,
}) => {
  const { id, gateway } = await payouts.awaiting()
  const other = await newPerson()
  await signIn(page, 'approver')
  await signIn(other, 'otherApprover')
  for (const desk of [page, other]) {
    await keepUnaware(desk)
    await desk.goto(`/desk/payouts/${id}`)
  }
  await Promise.all([pressApprove(page, 'approver'), pressApprove(other, 'otherApprover')])
  const won = (desk: typeof page) => desk.getByRole('status').filter({ hasText: 'Approved' })
  const told = (desk: typeof page) => desk.getByRole('alert').filter({ hasText: 'Not approved' })
  for (const desk of [page, other]) await expect(won(desk).or(told(desk))).toBeVisible()
  expect((await told(page).count()) + (await told(other).count())).toBe(1)
  expect((await won(page).count()) + (await won(other).count())).toBe(1)
  await payouts.until(id, 'paid')
  expect(await simulator.order(gateway.clientOrderId)).toMatchObject({ payReceived: 1, timesPaid: 1 })
})

test('one approver rejects what another has just approved, or learns that it was already sent', async ({
  page,
  newPerson,
  signIn,
  payouts,
}) => {
  const { id } = await payouts.awaiting()
  const other = await newPerson()
  await signIn(page, 'approver')
  await signIn(other, 'otherApprover')
  await keepUnaware(other)
  await other.goto(`/desk/payouts/${id}`)
  await approve(page, id)
  await payouts.until(id, 'paid')
  // On a busy machine the payout is over before its approver sees the page again: they read what they did all the same.
  await page.reload()
  await expect(page.getByRole('status').filter({ hasText: 'Approved' })).toContainText('Paid')
  await other.getByLabel('Reason').fill('Too late')
  await other.getByRole('button', { name: 'Reject' }).click()
  await expect(other.getByRole('alert').filter({ hasText: 'Not rejected' })).toBeVisible()
  await expect(other.getByLabel('Reason')).toHaveValue('Too late')
  expect(await payouts.get(id)).toMatchObject({ status: 'paid' })
})

test('an approver cannot decide what a system of their own asked for, by page or by hand', async ({
  page,
  newPerson,
  signIn,
  payouts,
  playwright,
  stack,
}) => {
  const { email } = people.approver
  const { key } = await admin(stack.environment, ['api-key:create', '--name', 'Their own', '--owner', email])
  const api = await playwright.request.newContext({
    baseURL: stack.appUrl,
    extraHTTPHeaders: { Authorization: `Bearer ${String(key)}` },
  })
  const { id } = await connectPayouts(api).awaiting()
  await api.dispose()

  await signIn(page, 'approver')
  await page.goto(`/desk/payouts/${id}`)
  await expect(page.getByText('so someone else must decide')).toBeVisible()
  await expect(page.getByRole('button', { name: 'Approve' })).toHaveCount(0)
  await expect(page.getByRole('button', { name: 'Reject' })).toHaveCount(0)

  // The form of somebody who may decide, sent by somebody who may not.
  const other = await newPerson()
  await signIn(other, 'otherApprover')
  await keepUnaware(other)
  await other.goto(`/desk/payouts/${id}`)
  // In the place of their own, never without: the page may ask for what is new at any moment.
  await other.context().addCookies(await page.context().cookies())
  await pressApprove(other)
  await expect(other.getByRole('alert').filter({ hasText: 'Not approved' })).toContainText(
    'Someone else must decide',
  )
  expect(await payouts.get(id)).toMatchObject({ status: 'awaiting_approval' })
})

test('a receiver cancels a request, and nobody can approve it any more', async ({
  page,
  newPerson,
  signIn,
  payouts,
}) => {
  const amount = freshAmount()
  await signIn(page, 'receiver')
  await askForWithdrawal(page, { amount })
  const statusPage = page.url()
  await page.goto('/withdrawals')
  const row = page.getByRole('listitem').filter({ hasText: shownAmount(amount) })
  await expect(async () => {
    await page.reload()
    await expect(row).toContainText('Awaiting approval', { timeout: 500 })
  }).toPass()
  const desk = await newPerson()
  await signIn(desk, 'approver')
  await keepUnaware(desk)
  await desk.goto(`/desk/payouts?search=${amount.replace('.50', '')}`)
  await desk.goto('/desk')
  await desk
    .getByRole('listitem')
    .filter({ hasText: shownAmount(amount) })
    .getByRole('link', { name: 'Ada Nowak', exact: true })
    .click()
  await expect(desk.getByRole('button', { name: 'Approve' })).toBeVisible()

  await row.getByRole('button', { name: /^Cancel / }).click()
  await row.getByRole('button', { name: 'Yes, cancel it' }).click()
  await expect(row).toContainText('Cancelled')
  await expect(row.getByRole('button', { name: 'Cancel' })).toHaveCount(0)
  await pressApprove(desk)
  await expect(desk.getByRole('alert').filter({ hasText: 'Not approved' })).toBeVisible()
  await page.goto(statusPage)
  await expect(headline(page)).toHaveText('Cancelled')
  const id = /payouts\/([0-9a-f-]{36})/.exec(desk.url())![1]!
  expect(await payouts.get(id)).toMatchObject({ status: 'cancelled', failure: { code: 'cancelled' } })
})

test('a clerk enters a payout for a receiver and may not decide on it; an approver may', async ({
  page,
  newPerson,
  signIn,
  payouts,
}) => {
  const amount = freshAmount()
  await signIn(page, 'clerk')
  await page.goto('/desk')
  await page.getByRole('link', { name: 'New payout' }).first().click()
  await expect(page).toHaveURL(/form=/)
  await page.getByLabel('Receiver’s number').fill(`cust-${amount}`)
  await fillWithdrawal(page, { amount })
  await page.getByLabel('Description').fill('A refund')
  await page.getByRole('button', { name: 'Submit for approval' }).click()
  await expect(page).toHaveURL(/\/desk\/payouts\/[0-9a-f-]{36}$/)
  const id = new URL(page.url()).pathname.split('/').at(-1)!
  await payouts.until(id, 'awaiting_approval')
  await page.reload()
  await expect(page.getByText('Only approvers decide')).toBeVisible()
  await expect(page.getByRole('button', { name: 'Approve' })).toHaveCount(0)

  const desk = await newPerson()
  await signIn(desk, 'approver')
  await desk.goto(`/desk/payouts/${id}`)
  await expect(desk.getByRole('region', { name: 'People' })).toContainText(people.clerk.name)
  await approve(desk, id)
  await payouts.until(id, 'paid')
  await desk.reload()
  await expect(desk.getByRole('region', { name: 'People' })).toContainText(people.approver.name)
})

test('an approver finds a payout and approves it without a mouse', async ({ page, signIn, payouts }) => {
  const amount = freshAmount()
  const { id } = await payouts.awaiting({ amount })
  await signIn(page, 'approver')
  await page.goto('/desk')
  /** Presses Tab until `name` has the focus. */
  const tabTo = async (
    role: 'link' | 'button' | 'textbox',
    name: string | RegExp,
    within = page.locator('body'),
  ) => {
    const target = within.getByRole(role, { name }).first()
    for (let presses = 0; presses < 400; presses += 1) {
      await page.keyboard.press('Tab')
      if (await target.evaluate((element) => element === document.activeElement)) return target
    }
    throw new Error(`${String(name)} cannot be reached by Tab`)
  }
  await page.keyboard.press('Tab')
  await expect(page.getByRole('link', { name: 'Skip to content' })).toBeFocused()
  await page.keyboard.press('Enter')
  await expect(page).toHaveURL(/#content$/)
  const row = page.getByRole('listitem').filter({ hasText: shownAmount(amount) })
  await tabTo('link', 'Dora Visser', row)
  await page.keyboard.press('Enter')
  await expect(page).toHaveURL(new RegExp(`/desk/payouts/${id}$`))
  await expect(page.getByRole('button', { name: 'Approve' })).toBeVisible()
  await tabTo('textbox', 'One-time code')
  await page.keyboard.type(await codeFor('approver'))
  const button = await tabTo('button', 'Approve')
  // The focus is visible.
  expect(await button.evaluate((element) => getComputedStyle(element).outlineStyle)).not.toBe('none')
  await page.keyboard.press('Enter')
  await expect(page.getByRole('status').filter({ hasText: 'Approved' })).toBeVisible()
  await payouts.until(id, 'paid')
})

test('staff find a payout by each of its ids, its receiver and its last four digits, and download it as CSV', async ({
  page,
  signIn,
  payouts,
}) => {
  const amount = freshAmount()
  const payout = await payouts.awaiting({ amount, account: 'GB10NWBK60161331927355' })
  await signIn(page, 'auditor')
  const { id, gateway, receiver } = payout
  for (const search of [id, gateway.clientOrderId, gateway.orderId!, receiver.externalId, '7355']) {
    await page.goto('/desk/payouts')
    await page.getByRole('searchbox', { name: 'Search' }).fill(search)
    await page.getByRole('button', { name: 'Search' }).click()
    await expect(
      page.getByRole('row').filter({ hasText: shownAmount(amount) }),
      `search for ${search}`,
    ).toHaveCount(1)
  }
  await page.goto(`/desk/payouts?search=${id}`)
  await expect(page.getByRole('main')).toContainText(/1 payout in EUR/i)
  const downloading = page.waitForEvent('download')
  await page.getByRole('link', { name: 'Download CSV' }).click()
  const download = await downloading
  const csv = await readFile(await download.path(), 'utf8')
  expect(csv.trim().split('\r\n')).toHaveLength(2)
  expect(csv).toContain(`"${id}",`)
  expect(csv).toContain(',"7355",')
  expect(csv).not.toContain('GB10NWBK60161331927355')
})

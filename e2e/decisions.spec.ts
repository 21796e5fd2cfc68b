// How approvers decide: two people, one code each, a minute to undo, and many at a time.
import { randomUUID } from 'node:crypto'
import type { APIRequestContext, Page } from '@playwright/test'
import type { PayoutView } from '#lib/contract/payout.ts'
import { codeFor, expect, test } from './support/fixtures.ts'
import { approve, freshAmount, pressApprove, shownAmount, requestBody } from './support/payouts.ts'
import type { Payouts } from './support/payouts.ts'
import { admin, findStack } from './support/stack.ts'

const delay = (seconds: number) =>
  admin(findStack().environment, ['settings:set', '--send-delay-s', String(seconds)])
// Other tests have no send delay.
test.afterEach(() => delay(0))

const approved = (page: Page) => page.getByRole('status').filter({ hasText: 'Approved' })
const refused = (page: Page) => page.getByRole('alert').filter({ hasText: 'Not approved' })

/** A payout to an account that another receiver uses under another name: the risk is HIGH, so two people must approve. */
async function risky(api: APIRequestContext, payouts: Payouts): Promise<PayoutView> {
  // Not an IBAN, whose check digits would have to be right.
  const account = `${Date.now()}-${Math.floor(Math.random() * 1e5)}-00`
  await payouts.awaiting({ account })
  const body = requestBody({ account, receiver: { firstName: 'Eva', lastName: 'Lindqvist' } })
  const answer = await api.post('/api/v1/payouts', {
    headers: { 'Idempotency-Key': randomUUID() },
    data: { ...body, destination: { ...body.destination, first_name: 'Dora', last_name: 'Visser' } },
  })
  expect(answer.status(), await answer.text()).toBe(201)
  const { id } = (await answer.json()) as PayoutView
  return payouts.until(id, 'awaiting_approval')
}

test('a wrong code approves nothing and keeps the note; the right one does', async ({
  page,
  signIn,
  payouts,
}) => {
  const { id } = await payouts.awaiting()
  await signIn(page, 'approver')
  await page.goto(`/desk/payouts/${id}`)
  await page.getByRole('textbox', { name: 'Note' }).fill('Agreed by phone')
  await page.getByRole('button', { name: 'Approve' }).click()
  await expect(refused(page)).toContainText('Enter the code')
  // Six digits that are almost never right.
  const right = await codeFor('approver')
  await page.getByLabel('One-time code').fill(right === '000000' ? '111111' : '000000')
  await page.getByRole('button', { name: 'Approve' }).click()
  await expect(refused(page)).toContainText('isn’t right')
  await expect(page.getByRole('textbox', { name: 'Note' })).toHaveValue('Agreed by phone')
  await expect(page.getByLabel('One-time code')).toHaveValue('')
  expect(await payouts.get(id)).toMatchObject({ status: 'awaiting_approval' })
  await pressApprove(page)
  await expect(approved(page)).toBeVisible()
  await expect(page.getByRole('region', { name: '1 of 1 approval' })).toContainText('“Agreed by phone”')
  await payouts.until(id, 'paid')
})

test('a HIGH risk takes two people, and each sees what is missing', async ({
  page,
  newPerson,
  signIn,
  payouts,
  api,
  simulator,
}) => {
  const { id, amount, gateway } = await risky(api, payouts)
  const other = await newPerson()
  await signIn(page, 'approver')
  await signIn(other, 'otherApprover')
  await page.goto(`/desk/payouts/${id}`)
  const checks = page.getByRole('region', { name: 'Risk checks' })
  await expect(checks.getByRole('listitem').first()).toContainText('Account shared with another receiver')
  await expect(checks.getByRole('listitem').first()).toContainText('High risk')
  await expect(page.getByRole('heading', { name: '0 of 2 approvals' })).toBeVisible()
  await pressApprove(page)
  await expect(approved(page)).toContainText('enough people')
  await expect(page.getByText('One more person must approve')).toBeVisible()
  await expect(page.getByRole('button', { name: 'Approve', exact: true })).toHaveCount(0)
  expect(await payouts.get(id)).toMatchObject({ status: 'awaiting_approval' })

  // For the first approver it waits on others; for the second it is theirs.
  const row = (desk: Page) => desk.getByRole('listitem').filter({ hasText: shownAmount(amount) })
  await page.goto('/desk?tab=others')
  await expect(row(page)).toContainText('1 of 2 approvals')
  await expect(row(page)).toContainText('You approved')
  await page.goto('/desk')
  await expect(row(page)).toHaveCount(0)
  await other.goto('/desk')
  await expect(row(other)).toContainText('1 of 2 approvals')

  await approve(other, id, 'otherApprover')
  await payouts.until(id, 'paid')
  expect(await simulator.order(gateway.clientOrderId)).toMatchObject({ payReceived: 1, timesPaid: 1 })
})

test('an approval is undone before it is sent; another is sent when its time comes, and the button disappears', async ({
  page,
  newPerson,
  signIn,
  payouts,
  simulator,
}) => {
  await delay(600)
  const { id, gateway } = await payouts.awaiting()
  const other = await newPerson()
  await signIn(page, 'approver')
  await signIn(other, 'otherApprover')
  await approve(page, id)
  await expect(page.getByText(/We’ll send it at \d\d:\d\d:\d\d UTC, in (9|10) min/)).toBeVisible()
  // Only the one who approved can undo it; every approver may still reject.
  await other.goto(`/desk/payouts/${id}`)
  await expect(other.getByText(/We’ll send it at/)).toBeVisible()
  await expect(other.getByRole('button', { name: 'Undo approval' })).toHaveCount(0)
  await expect(other.getByRole('button', { name: 'Reject' })).toBeVisible()
  await page.getByRole('button', { name: 'Undo approval' }).click()
  await expect(page.getByRole('status').filter({ hasText: 'Approval withdrawn' })).toBeVisible()
  await expect(page.getByText('They withdrew it.')).toBeVisible()
  expect(await payouts.get(id)).toMatchObject({ status: 'awaiting_approval' })

  await delay(4)
  await pressApprove(page)
  await expect(page.getByRole('button', { name: 'Undo approval' })).toBeVisible()
  await expect(page.getByRole('button', { name: 'Undo approval' })).toHaveCount(0)
  await payouts.until(id, 'paid')
  expect(await simulator.order(gateway.clientOrderId)).toMatchObject({ payReceived: 1, timesPaid: 1 })
})

test('a template fills in the reason; without scripts it counts if nothing is written', async ({
  page,
  newPerson,
  signIn,
  payouts,
}) => {
  const [first, second] = [await payouts.awaiting(), await payouts.awaiting()]
  await signIn(page, 'approver')
  await page.goto(`/desk/payouts/${first.id}`)
  await page.getByLabel('Template').selectOption('Missing document')
  await expect(page.getByLabel('Reason')).toHaveValue(/A document is missing/)
  await page.getByLabel('Template').selectOption('Requested twice')
  await expect(page.getByLabel('Reason')).toHaveValue(/^The same payment was requested twice/)
  await page.getByRole('button', { name: 'Reject' }).click()
  await expect(page.getByRole('status').filter({ hasText: 'Rejected' })).toBeVisible()
  expect((await payouts.get(first.id)).failure?.message).toMatch(/^The same payment was requested twice/)

  const plain = await newPerson({ javaScriptEnabled: false })
  await signIn(plain, 'approver')
  await plain.goto(`/desk/payouts/${second.id}`)
  await plain.getByLabel('Template').selectOption('Wrong account details')
  await plain.getByRole('button', { name: 'Reject' }).click()
  await expect(plain.getByRole('status').filter({ hasText: 'Rejected' })).toBeVisible()
  expect((await payouts.get(second.id)).failure?.message).toContain('account details aren’t right')
  // The receiver reads it.
  await page.goto(new URL(second.statusUrl!).pathname)
  await expect(page.getByRole('article')).toContainText('account details aren’t right')
})

/** The box before a payout on the desk. */
const boxOf = (page: Page, amount: string) =>
  page.getByRole('checkbox', { name: `Select ${shownAmount(amount)} to` })

for (const javaScriptEnabled of [true, false])
  test(`several at once with one code, ${javaScriptEnabled ? 'with' : 'without'} scripts: one that changed is left out and named`, async ({
    newPerson,
    signIn,
    payouts,
  }) => {
    const amounts = [freshAmount(), freshAmount(), freshAmount()]
    const ids: string[] = []
    for (const amount of amounts) ids.push((await payouts.awaiting({ amount })).id)
    const [rejectedId, ...otherIds] = ids as [string, string, string]
    const page = await newPerson({ javaScriptEnabled })
    const other = await newPerson()
    await signIn(page, 'approver')
    await signIn(other, 'otherApprover')
    await page.goto('/desk?tab=mine')
    for (const amount of amounts) await boxOf(page, amount).check()
    await page.getByRole('button', { name: 'Review selected' }).click()
    await expect(page).toHaveURL(/\/desk\/approve\?p=/)
    for (const amount of amounts) await expect(page.getByRole('main')).toContainText(shownAmount(amount))

    await other.goto(`/desk/payouts/${rejectedId}`)
    await other.getByLabel('Reason').fill('Not ordered')
    await other.getByRole('button', { name: 'Reject' }).click()
    await expect(other.getByRole('status').filter({ hasText: 'Rejected' })).toBeVisible()

    const button = page.getByRole('button', { name: 'Approve 3 payouts' })
    await button.click()
    await expect(page.getByRole('alert').filter({ hasText: 'Nothing was approved' })).toContainText(
      'Enter the code',
    )
    // Without scripts the page loads again, and shows what has changed.
    if (!javaScriptEnabled)
      await expect(page.getByRole('region', { name: 'Left out' })).toContainText('Rejected')
    await page.getByLabel('One-time code').fill(await codeFor('approver'))
    await page.getByRole('button', { name: /^Approve \d payouts$/ }).click()
    await expect(approved(page)).toContainText('Approved: 2 payouts')
    if (javaScriptEnabled) {
      const left = page.getByRole('region', { name: 'Not approved' }).getByRole('listitem')
      await expect(left).toHaveCount(1)
      await expect(left).toContainText(shownAmount(amounts[0]!))
      await expect(left).toContainText('It is now: Rejected.')
    }
    for (const id of otherIds) await payouts.until(id, 'paid')
    expect(await payouts.get(rejectedId)).toMatchObject({ status: 'rejected' })
  })

test('a set is selected, reviewed and approved without a mouse', async ({ page, signIn, payouts }) => {
  const amount = freshAmount()
  const { id } = await payouts.awaiting({ amount })
  await signIn(page, 'approver')
  await page.goto('/desk')
  /** Presses Tab until it has the focus. */
  const tabTo = async (target: ReturnType<Page['getByRole']>) => {
    for (let presses = 0; presses < 400; presses += 1) {
      if (await target.evaluate((element) => element === document.activeElement)) return
      await page.keyboard.press('Tab')
    }
    throw new Error('it cannot be reached by Tab')
  }
  await tabTo(boxOf(page, amount))
  await page.keyboard.press('Space')
  await tabTo(page.getByRole('button', { name: 'Review selected' }))
  await page.keyboard.press('Enter')
  await expect(page).toHaveURL(/\/desk\/approve\?p=/)
  await tabTo(page.getByLabel('One-time code'))
  await page.keyboard.type(await codeFor('approver'))
  await page.keyboard.press('Enter')
  await expect(approved(page)).toContainText('Approved: 1 payout')
  // The result has the focus, so that a screen reader continues there.
  expect(await page.evaluate(() => document.activeElement?.textContent)).toContain('Approved: 1 payout')
  await payouts.until(id, 'paid')
})

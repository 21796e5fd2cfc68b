// One form is one request, however often it is sent.
import type { Page } from '@playwright/test'
import { expect, test } from './support/fixtures.ts'
import { fillWithdrawal, freshAmount, headline, referenceOn, shownAmount } from './support/payouts.ts'

const send = (page: Page) => page.getByRole('button', { name: 'Request withdrawal' }).click()

/** How many payouts of this amount there are. */
async function countOf(
  database: { rows: <T>(text: string, values: unknown[]) => Promise<T[]> },
  amount: string,
) {
  const [row] = await database.rows<{ count: string }>(
    'SELECT count(*) FROM payout WHERE amount_minor = $1',
    [amount.replace('.', '')],
  )
  return Number(row?.count)
}

test('a receiver who clicks twice gets one payout', async ({ page, signIn, database }) => {
  const amount = freshAmount()
  await signIn(page, 'receiver')
  await page.goto('/withdraw')
  await fillWithdrawal(page, { amount })
  await page.getByRole('button', { name: 'Request withdrawal' }).dblclick()
  await expect(page).toHaveURL(/\/pay\//)
  expect(await countOf(database, amount)).toBe(1)
})

test('a receiver who sends the same form from two tabs at once lands on one payout in both', async ({
  page,
  context,
  signIn,
  database,
}) => {
  const amount = freshAmount()
  await signIn(page, 'receiver')
  await page.goto('/withdraw')
  const second = await context.newPage()
  await second.goto(page.url())
  for (const tab of [page, second]) await fillWithdrawal(tab, { amount })
  await Promise.all([send(page), send(second)])
  await expect(page).toHaveURL(/\/pay\//)
  await expect(second).toHaveURL(page.url())
  expect(await countOf(database, amount)).toBe(1)
})

test('a receiver who goes back and sends the form again is led to the existing payout', async ({
  page,
  signIn,
  database,
}) => {
  const amount = freshAmount()
  await signIn(page, 'receiver')
  await page.goto('/withdraw')
  const form = page.url()
  await fillWithdrawal(page, { amount })
  await page.reload()
  expect(page.url()).toBe(form)
  await fillWithdrawal(page, { amount })
  await send(page)
  await expect(page).toHaveURL(/\/pay\//)
  const first = page.url()
  await page.goBack()
  await expect(page).toHaveURL(form)
  await fillWithdrawal(page, { amount: ` ${amount.replace('.50', '.5')} ` })
  await send(page)
  await expect(page).toHaveURL(first)
  expect(await countOf(database, amount)).toBe(1)
})

test('a form that was sent before is refused with other content, with a link to the first request', async ({
  page,
  signIn,
  database,
}) => {
  const [amount, other] = [freshAmount(), freshAmount()]
  await signIn(page, 'receiver')
  await page.goto('/withdraw')
  const form = page.url()
  await fillWithdrawal(page, { amount })
  await send(page)
  await expect(page).toHaveURL(/\/pay\//)
  const [first, reference] = [page.url(), await referenceOn(page)]
  await page.goto(form)
  await fillWithdrawal(page, { amount: other })
  await send(page)
  const refusal = page.getByRole('alert').filter({ hasText: 'already submitted this form' })
  await expect(refusal).toBeVisible()
  await expect(page.getByLabel('Amount')).toHaveValue(other)
  expect(await countOf(database, other)).toBe(0)
  await refusal.getByRole('link', { name: 'View that request' }).click()
  await expect(page).toHaveURL(first)
  expect(await referenceOn(page)).toBe(reference)
  await expect(page.getByRole('article')).toContainText(shownAmount(amount))
})

test('the same form id used by another receiver leads to their own payout and shows nothing of the first', async ({
  page,
  newPerson,
  signIn,
  database,
}) => {
  const amount = freshAmount()
  await signIn(page, 'receiver')
  await page.goto('/withdraw')
  const form = page.url()
  await fillWithdrawal(page, { amount })
  await send(page)
  await expect(page).toHaveURL(/\/pay\//)
  const other = await newPerson()
  await signIn(other, 'otherReceiver')
  await other.goto(form)
  await fillWithdrawal(other, { amount })
  await send(other)
  await expect(other).toHaveURL(/\/pay\//)
  expect(other.url()).not.toBe(page.url())
  expect(await countOf(database, amount)).toBe(2)
})

test('a receiver who types something wrong learns where, keeps what they typed, and nothing is stored', async ({
  page,
  signIn,
  database,
}) => {
  await signIn(page, 'receiver')
  await page.goto('/withdraw')
  await fillWithdrawal(page, { amount: '12,345' })
  await page.getByLabel('Bank name').fill('')
  await send(page)
  await expect(page.getByRole('alert').filter({ hasText: 'Bank name is required' })).toBeFocused()
  await expect(page.getByLabel('Amount')).toHaveAttribute('aria-invalid', 'true')
  await expect(page.getByLabel('Bank name')).toHaveAttribute('aria-invalid', 'true')
  await expect(page.getByLabel('Amount')).toHaveValue('12,345')
  await expect(headline(page)).toHaveText('Withdraw')
  const amount = freshAmount()
  await fillWithdrawal(page, { amount })
  await send(page)
  await expect(page).toHaveURL(/\/pay\//)
  expect(await countOf(database, amount)).toBe(1)
})

// What a receiver can do from the status page: check the payment before the bank, keep a receipt, and try again.
import type { Page } from '@playwright/test'
import { expect, test } from './support/fixtures.ts'
import {
  approve,
  askForWithdrawal,
  freshAmount,
  headline,
  referenceOn,
  shownAmount,
} from './support/payouts.ts'

const toBank = (page: Page) => page.getByRole('link', { name: 'Continue to your bank' })

test('before the bank a receiver reads where they go, how much, who and which account; the link stays in reach on a phone', async ({
  newPerson,
  payouts,
  simulator,
  stack,
}) => {
  const asked = await payouts.create({ scenario: 'stays-validating' })
  await payouts.until(asked.id, 'checking')
  await simulator.status(asked.gateway.clientOrderId, { status: 'processing', form: true })
  const { statusUrl, redirectUrl } = await payouts.until(asked.id, 'action_required')
  const page = await newPerson({ viewport: { width: 360, height: 640 } })
  await page.goto(statusUrl!)
  const card = page.getByRole('article')
  await expect(card).toContainText(new URL(stack.simulatorUrl).host)
  await expect(card).toContainText(shownAmount(asked.amount))
  await expect(card).toContainText('Dora Visser')
  await expect(card).toContainText(asked.destination['account_number_last4']!)
  for (const to of [0, 10_000]) {
    await page.evaluate((y) => scrollTo(0, y), to)
    await expect(toBank(page)).toBeInViewport({ ratio: 1 })
  }
  await expect(toBank(page)).toHaveAttribute('href', redirectUrl!)
  // Nothing with the focus is under it.
  const language = page.getByRole('button', { name: 'Русский' })
  await language.focus()
  const [bar, focused] = [await toBank(page).boundingBox(), await language.boundingBox()]
  expect(focused!.y + focused!.height).toBeLessThanOrEqual(bar!.y)

  // A receiver can say no: then nothing on the page leads to the bank until they ask for it, and a reload asks again for nothing.
  await page.getByRole('link', { name: 'Not now' }).click()
  await expect(page.getByText('Your bank’s form is still waiting for you')).toBeVisible()
  await expect(headline(page)).toHaveText('Confirm with your bank')
  await page.reload()
  await expect(toBank(page)).toHaveCount(0)
  expect(await page.content()).not.toContain(`href="${redirectUrl!}"`)
  expect((await payouts.get(asked.id)).status).toBe('action_required')
  await page.getByRole('link', { name: 'Show the details again' }).click()
  await expect(toBank(page)).toHaveAttribute('href', redirectUrl!)
  const plain = await newPerson({ javaScriptEnabled: false, locale: 'ru-RU' })
  await plain.goto(statusUrl!)
  await plain.getByRole('link', { name: 'Не сейчас' }).click()
  await expect(plain.getByText('Форма банка ждёт вас')).toBeVisible()
  await expect(toBank(plain)).toHaveCount(0)

  const desk = await newPerson()
  await desk.goto(statusUrl!)
  await desk.getByText('Continue on your phone').click()
  await expect(desk.getByRole('img', { name: 'QR code of this page' })).toBeVisible()
})

test('a paid payout has a receipt, as a page and as a PDF in the reader’s language, that anyone can check', async ({
  page,
  newPerson,
  signIn,
  payouts,
}) => {
  const { id, statusUrl, amount } = await payouts.awaiting()
  const early = await page.request.get(`${statusUrl!}/receipt`)
  expect(early.status()).toBe(404)
  const desk = await newPerson()
  await signIn(desk, 'approver')
  await approve(desk, id)
  const { gateway } = await payouts.until(id, 'paid')
  await page.goto(statusUrl!)
  await page.getByRole('link', { name: 'View receipt' }).click()
  await expect(headline(page)).toHaveText('Receipt')
  await expect(page.getByRole('main')).toContainText(gateway.orderId!)
  await expect(page.getByRole('main')).toContainText(shownAmount(amount))
  const code = await page.locator('[data-receipt-code]').innerText()

  for (const language of ['en', 'ru']) {
    const file = await page.request.get(`${statusUrl!}/receipt/pdf`, {
      headers: { 'accept-language': language },
    })
    expect(file.status()).toBe(200)
    expect(file.headers()['content-type']).toBe('application/pdf')
    expect((await file.body()).subarray(0, 5).toString()).toBe('%PDF-')
  }

  const bank = await newPerson({ javaScriptEnabled: false })
  await bank.goto('/verify')
  await bank.getByLabel('Reference').fill(gateway.clientOrderId)
  await bank.getByLabel('Code').fill(`${code.slice(0, -1)}${code.endsWith('7') ? '8' : '7'}`)
  await bank.getByRole('button', { name: 'Check' }).click()
  await expect(bank.getByRole('alert')).toContainText('We don’t know this receipt')
  await bank.getByLabel('Code').fill(code.toLowerCase())
  await bank.getByRole('button', { name: 'Check' }).click()
  await expect(bank.getByRole('main')).toContainText('This receipt is genuine')
  await expect(bank.getByRole('main')).toContainText(shownAmount(amount))
  await expect(bank.getByRole('main')).not.toContainText('Dora')
  await expect(bank.getByRole('main')).not.toContainText(gateway.orderId!)
})

test('after a declined payment a receiver tries again with the same amount, or with another account', async ({
  page,
  newPerson,
  signIn,
  payouts,
}) => {
  const amount = freshAmount()
  await signIn(page, 'receiver')
  await askForWithdrawal(page, { amount, scenario: 'check-declined' })
  const statusPage = page.url()
  await payouts.byReference(await referenceOn(page))
  await expect(headline(page)).toHaveText('Declined')
  await page.getByRole('link', { name: 'Try again' }).click()
  await expect(page.getByLabel('Amount')).toHaveValue(amount)
  await page.goto(statusPage)
  await page.getByRole('link', { name: 'Use another account' }).click()
  await expect(page.getByLabel('Amount')).toHaveValue(amount)
  await expect(page.getByLabel('Account number')).toBeVisible()
  // Strangers with the link only read.
  const other = await newPerson()
  await other.goto(statusPage)
  await expect(headline(other)).toHaveText('Declined')
  await expect(other.getByRole('link', { name: 'Try again' })).toHaveCount(0)
})

test('a receiver cancels from the status page', async ({ page, signIn }) => {
  await signIn(page, 'receiver')
  await askForWithdrawal(page, { amount: freshAmount(), scenario: 'stays-validating' })
  await page.getByRole('link', { name: 'Cancel this withdrawal' }).click()
  await expect(page).toHaveURL(/\/withdrawals\?cancel=/)
  await page.getByRole('button', { name: /Yes, cancel it/ }).click()
  await expect(page.getByRole('listitem').filter({ hasText: 'Cancelled' }).first()).toBeVisible()
})

for (const javaScriptEnabled of [true, false])
  test(`a receiver finds a withdrawal by its status, day and amount, ${javaScriptEnabled ? 'with' : 'without'} scripts`, async ({
    newPerson,
    signIn,
  }) => {
    const page = await newPerson({ javaScriptEnabled })
    const amount = freshAmount()
    await signIn(page, 'receiver')
    await askForWithdrawal(page, { amount, scenario: 'stays-validating' })
    const row = page
      .getByRole('main')
      .getByRole('listitem')
      .filter({ hasText: shownAmount(amount) })
    const apply = () => page.getByRole('button', { name: 'Apply' }).click()
    await page.goto('/withdrawals')
    await page.getByText('Filter', { exact: true }).click()
    await page.getByLabel('Search').fill(amount)
    await page.getByLabel('Show').selectOption('In progress')
    await apply()
    await expect(row).toHaveCount(1)
    await page.getByLabel('Show').selectOption('Paid')
    await apply()
    await expect(page.getByText('No withdrawals match')).toBeVisible()
    await page.getByLabel('Show').selectOption('All')
    await page.getByLabel('From').fill('2999-01-01')
    await apply()
    await expect(page.getByText('No withdrawals match')).toBeVisible()
    await page.getByRole('link', { name: 'Clear filters' }).click()
    await expect(row).toHaveCount(1)
  })

test('the list of withdrawals follows what happens', async ({ page, context, signIn, payouts }) => {
  const amount = freshAmount()
  await signIn(page, 'receiver')
  await askForWithdrawal(page, { amount })
  const { id } = await payouts.byReference(await referenceOn(page))
  await page.goto('/withdrawals')
  const row = page
    .getByRole('main')
    .getByRole('listitem')
    .filter({ hasText: shownAmount(amount) })
  await expect(row).toBeVisible()
  await payouts.until(id, 'awaiting_approval')
  const elsewhere = await context.newPage()
  await elsewhere.goto(`/withdrawals?cancel=${id}`)
  await elsewhere.getByRole('button', { name: /Yes, cancel it/ }).click()
  await expect(row).toContainText('Cancelled', { timeout: 20_000 })
})

// Which language a page speaks, which names stay English in all of them, and whose time it shows.
import type { Page } from '@playwright/test'
import { expect, test } from './support/fixtures.ts'
import { headline, shownAmount } from './support/payouts.ts'

const russian = { locale: 'ru-RU', timezoneId: 'Europe/Moscow' } as const

const language = (page: Page) => page.locator('html').getAttribute('lang')

test('a page speaks the browser’s language until its reader chooses another', async ({ newPerson }) => {
  const page = await newPerson(russian)
  await page.goto('/sign-in?next=%2Fwithdraw%3Fform%3Dabc')
  expect(await language(page)).toBe('ru')
  await expect(headline(page)).toHaveText('Вход')
  await page.getByRole('button', { name: 'English' }).click()
  await expect(headline(page)).toHaveText('Sign in')
  expect(await language(page)).toBe('en')
  // The same page, with its query.
  await expect(page).toHaveURL(/\/sign-in\?next=%2Fwithdraw%3Fform%3Dabc$/)
  await page.goto('/pay/back')
  await expect(headline(page)).toHaveText('You’re back')
})

test('the language is chosen without scripts too', async ({ newPerson }) => {
  const page = await newPerson({ javaScriptEnabled: false })
  await page.goto('/sign-in?next=%2Fwithdraw')
  await page.getByRole('button', { name: 'Русский' }).click()
  await expect(headline(page)).toHaveText('Вход')
  expect(await language(page)).toBe('ru')
  await expect(page).toHaveURL(/\/sign-in\?next=%2Fwithdraw$/)
})

test('a page of another site can’t change the language', async ({ request }) => {
  const answer = await request.post('/sign-in', {
    form: { locale: 'ru' },
    headers: { origin: 'https://evil.example' },
    maxRedirects: 0,
  })
  expect(answer.status()).toBe(403)
  expect(answer.headers()['set-cookie']).toBeUndefined()
})

test('a Russian receiver signs in by fields named as in the contract, and is told in Russian what is missing', async ({
  newPerson,
}) => {
  const page = await newPerson(russian)
  await page.goto('/sign-in')
  await page.getByLabel('Email').fill('nobody@e2e.example')
  await expect(page.getByLabel('Password')).toBeVisible()
  await page.getByRole('button', { name: 'Sign in', exact: true }).click()
  await expect(page.getByRole('alert').filter({ hasText: 'Введите пароль' })).toBeVisible()
})

test('a Russian receiver follows a payout in their own words, money and time', async ({
  newPerson,
  payouts,
  api,
}) => {
  const { id, statusUrl, amount } = await payouts.awaiting()
  const page = await newPerson(russian)
  await page.goto(statusUrl!)
  await expect(headline(page)).toHaveText('Запрос на согласовании')
  const figures = shownAmount(amount).replaceAll(',', '\u00a0').replace('.', ',')
  await expect(page.getByRole('article')).toContainText(figures)
  // Moscow is three hours ahead all year.
  await expect(page.locator('time').first()).toHaveText(/^\d+ [а-я]{3} \d{4}, \d\d:\d\d UTC\+3$/)
  await expect(page.locator('time').first()).toHaveAttribute('title', /UTC$/)
  await api.post(`/api/v1/payouts/${id}/cancel`)
  await expect(headline(page)).toHaveText('Отменена')
})

test('a status page opens in its receiver’s language, unless its reader chose another', async ({
  newPerson,
  payouts,
}) => {
  const { statusUrl } = await payouts.awaiting({ receiver: { locale: 'ru-RU' } })
  const page = await newPerson({ locale: 'en-GB' })
  await page.goto(statusUrl!)
  await expect(headline(page)).toHaveText('Запрос на согласовании')
  expect(await language(page)).toBe('ru')
  await page.getByRole('button', { name: 'English' }).click()
  await expect(headline(page)).toHaveText('Waiting for approval')
  expect(await language(page)).toBe('en')
})

test('without scripts a time is in UTC', async ({ newPerson, payouts }) => {
  const { statusUrl } = await payouts.awaiting()
  const page = await newPerson({ ...russian, javaScriptEnabled: false })
  await page.goto(statusUrl!)
  await expect(page.locator('time').first()).toHaveText(/^\d+ [а-я]{3} \d{4}, \d\d:\d\d UTC$/)
})

test('the link to the bank has its English name on a Russian page', async ({
  newPerson,
  payouts,
  simulator,
}) => {
  const asked = await payouts.create({ scenario: 'stays-validating' })
  await payouts.until(asked.id, 'checking')
  await simulator.status(asked.gateway.clientOrderId, { status: 'processing', form: true })
  const { statusUrl } = await payouts.until(asked.id, 'action_required')
  const page = await newPerson(russian)
  await page.goto(statusUrl!)
  await expect(headline(page)).toHaveText('Подтвердите выплату в банке')
  await expect(page.getByRole('link', { name: 'Continue to your bank' })).toBeVisible()
})

test('staff choose the zone of their times, for the server too', async ({ page, signIn, payouts }) => {
  const { id } = await payouts.awaiting()
  await signIn(page, 'approver')
  await page.goto('/account')
  await page.getByLabel('Show times in').selectOption('Asia/Tokyo')
  await page.getByRole('button', { name: 'Save time zone' }).click()
  await expect(page.getByRole('status').filter({ hasText: 'Your time zone is saved' })).toBeVisible()
  await page.goto(`/desk/payouts/${id}`)
  await expect(page.locator('time', { hasText: 'UTC+9' }).first()).toBeVisible()
  expect(await (await page.request.get(`/desk/payouts/${id}`)).text()).toContain('UTC+9')
  await page.goto('/account')
  await page.getByLabel('Show times in').selectOption('My browser’s time zone')
  await page.getByRole('button', { name: 'Save time zone' }).click()
  await expect(page.getByRole('status').filter({ hasText: 'Your time zone is saved' })).toBeVisible()
})

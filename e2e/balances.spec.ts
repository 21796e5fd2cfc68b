// What a receiver may ask for: the balance shown, a request for too much, money that is reserved and released; and how clerks grant it,
// one by one and by file.
import { randomUUID } from 'node:crypto'
import type { APIRequestContext, Page } from '@playwright/test'
import { codeFor, expect, test } from './support/fixtures.ts'
import { fillWithdrawal } from './support/payouts.ts'
import { admin, findStack, people } from './support/stack.ts'

const needBalance = (how: 'on' | 'off') =>
  admin(findStack().environment, ['settings:set', '--require-balance', how])

test.beforeAll(() => needBalance('on'))
// Other tests ask for amounts that nobody granted.
test.afterAll(() => needBalance('off'))

const holdGrants = (days: number) =>
  admin(findStack().environment, ['settings:set', '--grant-hold-days', String(days)])

async function grant(api: APIRequestContext, externalId: string, amount: string): Promise<void> {
  const answer = await api.post('/api/v1/grants', {
    headers: { 'Idempotency-Key': randomUUID() },
    data: { receiver: { externalId }, amount, currency: 'EUR', reference: randomUUID() },
  })
  expect(answer.status()).toBe(201)
}

/** The four numbers as the page shows them. */
async function expectEquation(page: Page, numbers: Record<string, string>): Promise<void> {
  for (const [label, figure] of Object.entries(numbers))
    await expect(page.getByRole('link', { name: `${label}: ${figure} EUR` })).toBeVisible()
}

const widths = { 'on a desk': { width: 1440, height: 900 }, 'on a phone': { width: 360, height: 740 } }

for (const [where, viewport] of Object.entries(widths))
  test(`a receiver asks for what they have, and sees where it is, ${where}`, async ({
    api,
    newPerson,
    signIn,
  }) => {
    const page = await newPerson({ viewport })
    await signIn(page, 'otherReceiver')
    const before = await balanceOf(api)
    await grant(api, people.otherReceiver.email, '1000.00')
    const granted = before + 1000

    await page.goto('/balance')
    await expectEquation(page, { Available: money(granted), Reserved: '0.00', Paid: '0.00' })
    await page.goto('/withdraw')
    await expect(page.getByRole('main')).toContainText(`${money(granted)} EUR`)
    await fillWithdrawal(page, { amount: '9000.50', scenario: 'stays-validating' })
    await page.getByRole('button', { name: 'Request withdrawal' }).click()
    await expect(
      page.getByRole('alert').filter({ hasText: `Available: ${money(granted)} EUR.` }),
    ).toBeVisible()
    // What was typed is still there, and the same form can be sent again.
    await page.getByLabel('Amount').fill('250.50')
    await page.getByRole('button', { name: 'Request withdrawal' }).click()
    await expect(page).toHaveURL(/\/pay\//)

    await page.goto('/balance')
    await expectEquation(page, { Reserved: '250.50', Available: money(granted - 250.5) })
    await page.getByRole('link', { name: 'Reserved: 250.50 EUR' }).click()
    await page.getByRole('link', { name: 'View the payout' }).click()
    await expect(page).toHaveURL(/\/pay\//)

    await page.goto('/withdrawals')
    await page.getByRole('button', { name: 'Cancel 250.50 EUR' }).click()
    await page.getByRole('button', { name: /Yes, cancel it/ }).click()
    // The first button is gone once it has asked; what counts is the result.
    const newest = page.getByRole('main').getByRole('listitem').filter({ hasText: '250.50' }).first()
    await expect(newest).toContainText('Cancelled')
    await page.goto('/balance')
    await expectEquation(page, { Reserved: '0.00', Available: money(granted) })
    await page.getByRole('link', { name: /^Available: / }).click()
    await expect(page.getByRole('main')).toContainText('Released')
  })

const money = (euros: number) => euros.toFixed(2).replace(/\B(?=(\d{3})+\.)/g, ',')

async function balanceOf(api: APIRequestContext): Promise<number> {
  const answer = await api.get(`/api/v1/receivers/${encodeURIComponent(people.otherReceiver.email)}/balances`)
  const { balances } = (await answer.json()) as { balances: { available: string }[] }
  return Number(balances[0]?.available ?? 0)
}

const csv = (...rows: string[]) => ({
  name: 'grants.csv',
  mimeType: 'text/csv',
  buffer: Buffer.from(['receiver,currency,amount,reference', ...rows].join('\n')),
})

for (const javaScriptEnabled of [true, false])
  test(`a clerk grants by file, ${javaScriptEnabled ? 'with' : 'without'} JavaScript: sees the errors first, then grants all of it, once`, async ({
    newPerson,
    signIn,
  }) => {
    const [receiver, reference] = [`file-${randomUUID()}`, randomUUID()]
    const page = await newPerson({ javaScriptEnabled })
    await signIn(page, 'clerk')
    await page.goto('/desk/balances')
    await page.getByRole('link', { name: 'Upload grants' }).click()
    const look = async (file: ReturnType<typeof csv>) => {
      await page.getByLabel('File').or(page.getByLabel('Another file')).setInputFiles(file)
      await page.getByRole('button', { name: 'Preview' }).click()
    }
    await look(
      csv(`${receiver},EUR,12.50,${reference}`, `${receiver},EUR,"1,5",other`, `${receiver},XXX,5,more`),
    )
    const wrong = page.getByRole('table')
    await expect(wrong.getByRole('row', { name: /^3 amount: / })).toBeVisible()
    await expect(wrong.getByRole('row', { name: /^4 currency: Choose one of/ })).toBeVisible()
    await expect(page.getByRole('button', { name: 'Grant all' })).toHaveCount(0)

    const right = csv(`${receiver},EUR,12.50,${reference}`, `${receiver},EUR,1.50,${reference}-b`)
    await look(right)
    await expect(page.getByText('Nothing has been granted yet.')).toBeVisible()
    await expect(page.getByText('2 rows: 14.00 EUR')).toBeVisible()
    await page.getByRole('button', { name: 'Grant all' }).click()
    await expect(page.getByText('Enter the code your authenticator app shows now.').first()).toBeVisible()
    await page.getByLabel('One-time code').fill(await codeFor('clerk'))
    await page.getByRole('button', { name: 'Grant all' }).click()
    await expect(page.getByText('Granted: 2 rows.')).toBeVisible()

    await look(right)
    await expect(page.getByText('All of its rows were granted before, so they’re skipped.')).toBeVisible()
    await page.goto(`/desk/balances?search=${receiver}`)
    await page.getByRole('link', { name: receiver }).click()
    await expectEquation(page, { Granted: '14.00', Available: '14.00' })
  })

test('a clerk grants what may be withdrawn in three days, an administrator takes it back with a reason and a code', async ({
  page,
  newPerson,
  signIn,
}) => {
  const [receiver, reference] = [people.receiver.email, randomUUID()]
  await holdGrants(3)
  await signIn(page, 'clerk')
  await page.goto('/desk/balances')
  await page.getByLabel('Receiver’s number').fill(receiver)
  await page.getByLabel('Amount').fill('0')
  await page.getByLabel('Reference').fill(reference)
  await page.getByRole('button', { name: 'Grant', exact: true }).click()
  await expect(page.getByText('Enter an amount greater than zero.').first()).toBeVisible()
  await page.getByLabel('Amount').fill('75')
  await page.getByLabel('One-time code').fill(await codeFor('clerk'))
  await page.getByRole('button', { name: 'Grant', exact: true }).click()
  await expect(page.getByRole('status').filter({ hasText: 'Granted.' })).toBeVisible()
  await expectEquation(page, { Granted: '75.00', Available: '75.00' })
  await holdGrants(0)

  const owner = await newPerson()
  await signIn(owner, 'receiver')
  await owner.goto('/balance')
  const later = owner.getByText('75.00 EUR more from')
  const day = await later.locator('time').getAttribute('datetime')
  expect(Math.round((Date.parse(day!) - Date.now()) / 86_400_000)).toBe(3)
  await owner.goto('/withdraw')
  await fillWithdrawal(owner, { amount: '10' })
  await owner.getByRole('button', { name: 'Request withdrawal' }).click()
  await expect(owner.getByRole('alert').filter({ hasText: '75.00 EUR more from' })).toBeVisible()

  const boss = await newPerson()
  await signIn(boss, 'admin')
  await boss.goto(page.url().replace(/\?.*/, ''))
  await boss.locator('summary').filter({ hasText: 'Take back' }).click()
  await boss.getByLabel('Reason').fill('A slip of the finger')
  await boss.getByLabel('One-time code').fill(await codeFor('admin'))
  await boss.getByRole('button', { name: `Take back ${reference}` }).click()
  await expect(boss.getByText('Taken back.')).toBeVisible()
  await expectEquation(boss, { Granted: '0.00', Available: '0.00' })
})

test('the desk shows that the money adds up', async ({ page, signIn }) => {
  // A worker does this about once a minute; the last time may be from before anybody asked for anything.
  await admin(findStack().environment, ['money:check'])
  await signIn(page, 'auditor')
  await page.goto('/desk')
  const section = page.getByRole('region', { name: 'Does the money add up?' })
  await expect(section).toContainText('Yes, ')
  await expect(section).toContainText('Requested')
})

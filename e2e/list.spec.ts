// The list of payouts: its address, its views, its rows that follow changes, its files, and all of it without a mouse or scripts.
import { readFile } from 'node:fs/promises'
import type { Page } from '@playwright/test'
import { expect, signInByForm, test } from './support/fixtures.ts'
import { freshAmount, pressApprove, shownAmount } from './support/payouts.ts'
import { people } from './support/stack.ts'

const rowOf = (page: Page, amount: string) => page.getByRole('row').filter({ hasText: shownAmount(amount) })

test('a filter is a chip, and its address shows a colleague the same rows', async ({
  page,
  signIn,
  payouts,
  newPerson,
}) => {
  const [amount, other] = [freshAmount(), freshAmount()]
  const { receiver } = await payouts.awaiting({ amount, account: 'GB10NWBK60161331927355' })
  await payouts.awaiting({ amount: other, account: 'GB10NWBK60161331927355' })
  await signIn(page, 'clerk')
  await page.goto('/desk/payouts')
  await page.getByText('Filters, sorting and columns').click()
  await page.getByLabel('Receiver ID').fill(receiver.externalId)
  await page.getByLabel('Last four of the account').fill('7355')
  await page.locator('select[name=currency]').selectOption('EUR')
  await page.getByLabel('Amount from').fill(amount)
  await page.getByLabel('Amount to').fill(amount)
  await page.getByLabel('Awaiting approval').check()
  await page.getByLabel('From day').fill('2020-01-01')
  await page.getByRole('button', { name: 'Show', exact: true }).click()
  await expect(rowOf(page, amount)).toHaveCount(1)
  await expect(rowOf(page, other)).toHaveCount(0)
  const chips = page.getByRole('list', { name: 'Filters in use' })
  await expect(chips).toContainText('From 2020-01-01')
  await expect(chips).toContainText('Account ending in 7355')

  const colleague = await newPerson()
  await signIn(colleague, 'auditor')
  await colleague.goto(page.url())
  await expect(rowOf(colleague, amount)).toHaveCount(1)
  await expect(rowOf(colleague, other)).toHaveCount(0)
  await chips.getByRole('link', { name: `Receiver ${receiver.externalId}` }).click()
  await expect(page).not.toHaveURL(/receiver=/)
})

test('a view is saved, shared with a colleague, renamed and removed', async ({
  page,
  signIn,
  payouts,
  newPerson,
}) => {
  // Without a payout to show there are no columns.
  await payouts.awaiting({ amount: '955.10' })
  const name = `Large ones ${Date.now()}`
  await signIn(page, 'clerk')
  await page.goto('/desk/payouts?currency=EUR&min=900&sort=largest&columns=amount,receiver,source')
  await expect(page.getByRole('columnheader')).toHaveText(['Amount', 'Receiver', 'Source'])
  // A column moves to the left, by a link.
  await page.getByText('Filters, sorting and columns').click()
  await page.getByRole('link', { name: '← Source' }).click()
  await expect(page.getByRole('columnheader')).toHaveText(['Amount', 'Source', 'Receiver'])
  await page.goBack()
  await expect(page.getByRole('columnheader')).toHaveText(['Amount', 'Receiver', 'Source'])
  await page.getByText('Save as a view').click()
  await page.getByLabel('Name of the view').fill(name)
  await page.getByLabel('Share with all staff').check()
  await page.getByRole('button', { name: 'Save view' }).click()
  await expect(page.getByRole('navigation', { name: 'Views' }).getByRole('link', { name })).toBeVisible()

  const colleague = await newPerson()
  await signIn(colleague, 'approver')
  await colleague.goto('/desk/payouts')
  await colleague.getByRole('navigation', { name: 'Views' }).getByRole('link', { name }).click()
  await expect(colleague).toHaveURL(/sort=largest/)
  await expect(colleague.getByRole('columnheader').last()).toHaveText('Source')

  await page.reload()
  await page.getByText('Save as a view').click()
  await page.getByLabel(`New name of “${name}”`).fill(`${name} today`)
  await page.getByRole('button', { name: `Rename “${name}”` }).click()
  await colleague.reload()
  await expect(
    colleague.getByRole('navigation', { name: 'Views' }).getByRole('link', { name: `${name} today` }),
  ).toBeVisible()
  await page.getByRole('button', { name: `Remove “${name} today”` }).click()
  await expect(page.getByRole('navigation', { name: 'Views' }).getByRole('link', { name })).toHaveCount(0)
})

test('rows follow changes in their places, and new ones are announced', async ({
  page,
  signIn,
  payouts,
  newPerson,
}) => {
  const [amount, later] = [freshAmount(), freshAmount()]
  const { id } = await payouts.awaiting({ amount })
  await signIn(page, 'clerk')
  await page.goto('/desk/payouts')
  await expect(page.getByText(/^Updated \d\d:\d\d:\d\d$/)).toBeVisible()
  const row = rowOf(page, amount)
  await expect(row).toContainText('Awaiting approval')
  const before = await page.getByRole('row').allInnerTexts()

  await payouts.awaiting({ amount: later })
  const announced = page.getByRole('button', { name: /new payouts?: show/ })
  await expect(announced).toBeVisible()
  await expect(rowOf(page, later)).toHaveCount(0)
  const desk = await newPerson()
  await signIn(desk, 'approver')
  await desk.goto(`/desk/payouts/${id}`)
  await pressApprove(desk)
  await payouts.until(id, 'paid')
  await expect(row).toContainText('Paid')
  await expect(row).toHaveAttribute('data-changed', '')
  // Nothing has moved.
  expect(await page.getByRole('row').count()).toBe(before.length)
  await announced.click()
  await expect(rowOf(page, later)).toHaveCount(1)
})

test('an approver selects rows by keyboard and reads what they come to', async ({
  page,
  signIn,
  payouts,
}) => {
  const first = await payouts.awaiting({ amount: '120.50' })
  const second = await payouts.awaiting({ amount: '130.25' })
  await signIn(page, 'approver')
  await page.goto(`/desk/payouts?status=awaiting_approval`)
  // A page that has just come does not hear keys yet; people press again.
  await expect(async () => {
    await page.keyboard.press('/')
    await expect(page.getByRole('searchbox', { name: 'Search' })).toBeFocused({ timeout: 2000 })
  }).toPass({ timeout: 20_000 })
  await page.keyboard.press('Tab')
  await page.keyboard.press('j')
  await page.keyboard.press('x')
  await page.keyboard.press('j')
  await page.keyboard.press('x')
  const bar = page.locator('#selection')
  await expect(bar.getByRole('status')).toContainText('2 selected:')
  await expect(bar.getByRole('status')).toContainText('250.75 EUR')
  await page.keyboard.press('x')
  await expect(bar.getByRole('status')).toContainText('1 selected: 130.25 EUR')
  await bar.getByRole('button', { name: 'Select all shown' }).click()
  await bar.getByRole('button', { name: 'Review selected' }).click()
  await expect(page).toHaveURL(new RegExp(`/desk/approve\\?.*p=`))
  for (const { receiver } of [first, second]) expect(receiver.externalId).not.toBe('')
  await page.keyboard.press('?')
})

test('the screen’s rows and columns are a file, and a long list is made in the background', async ({
  page,
  signIn,
  payouts,
}) => {
  const amount = freshAmount()
  const { id } = await payouts.awaiting({ amount })
  await signIn(page, 'auditor')
  await page.goto(`/desk/payouts?q=${id}&columns=amount,status`)
  const downloading = page.waitForEvent('download')
  await page.getByRole('link', { name: 'Download CSV' }).click()
  const csv = await readFile(await (await downloading).path(), 'utf8')
  expect(csv.replace('\uFEFF', '').trim().split('\r\n')).toEqual([
    '"id","amount","currency","status"',
    `"${id}","${amount}","EUR","awaiting_approval"`,
  ])
  const sheet = page.waitForEvent('download')
  await page.getByRole('link', { name: 'Download XLSX' }).click()
  expect((await readFile(await (await sheet).path())).subarray(0, 2).toString()).toBe('PK')

  // The address that a long list leads to.
  await page.goto(`/desk/payouts/files?q=${id}&columns=amount,status&format=csv`)
  await page.getByRole('button', { name: 'Make the file' }).click()
  const made = page.getByRole('listitem').filter({ hasText: 'CSV for' }).first()
  await expect(made.getByRole('link', { name: 'Download' })).toBeVisible({ timeout: 30_000 })
  await expect(made).toContainText('1 row')
  const background = page.waitForEvent('download')
  await made.getByRole('link', { name: 'Download' }).click()
  expect(await readFile(await (await background).path(), 'utf8')).toBe(csv)
})

test.describe('without scripts', () => {
  test.use({ javaScriptEnabled: false })
  test('the list is filtered, sorted, selected from and saved as a view', async ({ page, payouts }) => {
    const amount = freshAmount()
    await payouts.awaiting({ amount })
    await signInByForm(page, people.approver.email)
    await page.goto('/desk/payouts')
    await page.getByRole('searchbox', { name: 'Search' }).fill(amount)
    await page.getByRole('button', { name: 'Search' }).click()
    await expect(rowOf(page, amount)).toHaveCount(1)
    await page.getByText('Save as a view').click()
    const name = `Plain ${Date.now()}`
    await page.getByLabel('Name of the view').fill(name)
    await page.getByRole('button', { name: 'Save view' }).click()
    await expect(page.getByRole('navigation', { name: 'Views' }).getByRole('link', { name })).toBeVisible()
    await rowOf(page, amount).getByRole('checkbox').check()
    await page.getByRole('button', { name: 'Review selected' }).click()
    await expect(page.getByRole('main')).toContainText(shownAmount(amount))
  })
})

test('rows are 44 px high and keep to one line', async ({ page, signIn, payouts }) => {
  await payouts.awaiting({ amount: freshAmount() })
  await signIn(page, 'clerk')
  for (const width of [1440, 1920]) {
    await page.setViewportSize({ width, height: 900 })
    await page.goto('/desk/payouts')
    const rows = page.locator('tbody [role=row]')
    await expect(rows.first()).toBeVisible()
    const heights = await rows.evaluateAll((all) =>
      all.map((row) => Math.round(row.getBoundingClientRect().height)),
    )
    expect(Math.max(...heights)).toBeLessThanOrEqual(46)
    expect(Math.min(...heights)).toBeGreaterThanOrEqual(44)
    const overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth)
    expect(overflow).toBeLessThanOrEqual(0)
  }
})

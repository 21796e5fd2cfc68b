// A browser that translates the page wraps every text in elements of its own, unknown to React.
import type { Page } from '@playwright/test'
import { codeFor, expect, test } from './support/fixtures.ts'
import { accountFor } from './support/simulator.ts'
import { fillWithdrawal, freshAmount } from './support/payouts.ts'

/** Waits until React has hydrated every element: a page that changes before that renders again. */
const takenOver = (page: Page) =>
  page.waitForFunction(
    () =>
      new Promise<boolean>((done) => {
        const isReacts = (node: Element) => Object.keys(node).some((key) => key.startsWith('__reactProps$'))
        // Work that has begun now is committed by the next idle moment.
        if ([...document.querySelectorAll(':is(header, main, footer) *')].every(isReacts))
          requestIdleCallback(() => done(true))
        else done(false)
      }),
  )

/** What translators do to every text, even blanks: they wrap it in two elements and replace it. */
async function translate(page: Page): Promise<void> {
  await takenOver(page)
  await page.evaluate(() => {
    const xhtml = 'http://www.w3.org/1999/xhtml'
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
    const texts: Text[] = []
    while (walker.nextNode()) texts.push(walker.currentNode as Text)
    for (const text of texts) {
      if (text.parentElement?.closest('script, style, textarea, noscript')) continue
      // The elements that translators use.
      const [outer, inner] = [
        document.createElementNS(xhtml, 'font'),
        document.createElementNS(xhtml, 'font'),
      ]
      outer.append(inner)
      inner.append(document.createTextNode(text.data))
      text.replaceWith(outer)
    }
  })
}

/** The page did not crash: the error boundary's text is absent, and what should be there is. */
const standing = async (page: Page) =>
  expect(page.getByRole('heading', { name: 'Something went wrong' })).toHaveCount(0)

test('a translated withdrawal form names what is wrong, keeps what was typed, and is sent', async ({
  page,
  signIn,
}) => {
  const amount = freshAmount()
  await signIn(page, 'receiver')
  await page.goto('/withdraw')
  await translate(page)
  await fillWithdrawal(page, { amount })
  await page.getByLabel('Bank name').fill('')
  await page.getByRole('button', { name: 'Request withdrawal' }).click()
  await expect(page.getByRole('alert').filter({ hasText: 'Bank name is required' })).toBeVisible()
  await translate(page)
  await expect(page.getByLabel('Amount')).toHaveValue(amount)
  await page.getByLabel('Bank name').fill('Example Bank')
  await page.getByRole('button', { name: 'Request withdrawal' }).click()
  await expect(page).toHaveURL(/\/pay\//)
  await standing(page)
})

test('a translated payout is refused, approved and shown as approved', async ({ page, signIn, payouts }) => {
  const { id } = await payouts.awaiting()
  await signIn(page, 'approver')
  await page.goto(`/desk/payouts/${id}`)
  await translate(page)
  await page.getByRole('textbox', { name: 'Note' }).fill('Looked at it.')
  await page.getByRole('button', { name: 'Reject', exact: true }).click()
  await expect(page.getByRole('alert').filter({ hasText: 'Enter a reason' })).toBeVisible()
  await translate(page)
  await page.getByRole('button', { name: 'Approve', exact: true }).click()
  await expect(page.getByRole('alert').filter({ hasText: 'Not approved' })).toBeVisible()
  await expect(page.getByRole('textbox', { name: 'Note' })).toHaveValue('Looked at it.')
  await translate(page)
  await page.getByLabel('One-time code').fill(await codeFor('approver'))
  await page.getByRole('button', { name: 'Approve', exact: true }).click()
  await expect(page.getByRole('status').filter({ hasText: 'Approved' })).toBeVisible()
  await standing(page)
})

test('a translated status page keeps updating', async ({ page, payouts, api }) => {
  const { id, statusUrl } = await payouts.awaiting()
  // Once the page polls, its scripts run.
  const asked = page.waitForResponse(/\/status$/)
  await page.goto(statusUrl!)
  await asked
  await translate(page)
  await api.post(`/api/v1/payouts/${id}/cancel`)
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Cancelled')
  await standing(page)
})

/** All other pages with a form, and the button that sends it half filled in. */
const forms = [
  ['receiver', '/destinations', 'Save account'],
  ['receiver', '/account/password', 'Change password'],
  ['clerk', '/desk/payouts/new', 'Submit for approval'],
  ['clerk', '/desk/balances', 'Grant'],
  ['clerk', '/desk/balances/import', 'Preview'],
  ['admin', '/desk/users/new', 'Send invitation'],
  ['admin', '/desk/keys/new', 'Create key'],
  ['admin', '/desk/stop', 'Pause payments'],
  ['admin', '/desk/policy', 'Propose change'],
  ['admin', '/account/factor', 'Continue'],
  ['admin', '/account/recovery-codes', 'Create new codes'],
] as const

/** The message about what is missing: above the form, or beside the only field. */
const whatIsWrong = (page: Page) => page.getByRole('main').locator('[role="alert"], [id$="-problem"]').first()

test('every translated form says what is missing instead of crashing', async ({ newPerson, signIn }) => {
  const pages = new Map<string, Page>()
  for (const [who, path, button] of forms) {
    const page = pages.get(who) ?? (await newPerson())
    if (!pages.has(who)) await signIn(page, who)
    pages.set(who, page)
    await page.goto(path)
    await translate(page)
    await page.getByRole('button', { name: button, exact: true }).click()
    await expect(whatIsWrong(page), `${path} says nothing`).not.toBeEmpty()
    await translate(page)
    await page.getByRole('button', { name: button, exact: true }).click()
    await expect(whatIsWrong(page), `${path} says nothing again`).not.toBeEmpty()
    await standing(page)
  }
})

test('the translated sign-in form says what is missing and lets in', async ({ page }) => {
  await page.goto('/sign-in')
  await translate(page)
  await page.getByRole('button', { name: 'Sign in', exact: true }).click()
  const alert = page.getByRole('alert').filter({ hasText: 'Enter your email' })
  await expect(alert).toContainText('Enter your password')
  await translate(page)
  await page.getByRole('button', { name: 'Sign in', exact: true }).click()
  await expect(alert).toBeVisible()
  await standing(page)
})

test('if the session ends while a form is filled in, no text is lost and signing in leads back', async ({
  page: own,
  signIn,
}) => {
  await signIn(own, 'otherReceiver')
  await own.goto('/withdraw')
  const form = own.url()
  const amount = freshAmount()
  await own.getByLabel('Amount').fill(amount)
  await own.getByLabel('Account number').fill(accountFor('approve'))
  const cookies = await own.context().cookies()
  await own.context().clearCookies()
  await own.getByRole('button', { name: 'Request withdrawal' }).click()
  const alert = own.getByRole('alert').filter({ hasText: 'Your session has ended' })
  await expect(alert).toBeVisible()
  await expect(own.getByLabel('Amount')).toHaveValue(amount)
  await alert.getByRole('link', { name: 'Sign in and come back' }).click()
  await expect(own).toHaveURL(/\/sign-in\?next=/)
  // Like signing in: the session is back, and the page leads on.
  await own.context().addCookies(cookies)
  await own.reload()
  await expect(own).toHaveURL(form)
  await expect(own.getByLabel('Amount')).toHaveValue(amount)
  await expect(own.getByLabel('Account number')).toHaveValue(accountFor('approve'))
})

// People sign in, and sign out for good.
import type { Page } from '@playwright/test'
import { codeAt } from './support/codes.ts'
import { codeFor, expect, sendCode, signInByForm, test } from './support/fixtures.ts'
import { admin, createPerson, password, people } from './support/stack.ts'

const answer = (page: Page) => page.getByRole('status').filter({ hasText: 'Check your email' })

/** After signing out, the browser keeps only a cookie that marks it as known; it opens nothing. */
const cookieNames = async (page: Page) => (await page.context().cookies()).map(({ name }) => name)

async function askForLink(page: Page, email: string): Promise<void> {
  await page.goto('/sign-in')
  await page.getByLabel('Send the link to').fill(email)
  await page.getByRole('button', { name: 'Email me a sign-in link' }).click()
  await expect(answer(page)).toBeVisible()
}

test('a receiver signs in by a mail link: opening it does not use it up, the button does, once', async ({
  page,
  newPerson,
}) => {
  const { email } = people.otherReceiver
  await askForLink(page, email)
  await page.goto('/demo/mail')
  const mail = page
    .getByRole('listitem')
    .filter({ hasText: `to ${email}` })
    .filter({ hasText: 'Your sign-in link' })
  const link = (await mail.first().getByRole('link', { name: '/sign-in/link/' }).getAttribute('href'))!

  // A mail program opens the link first, without pressing anything.
  const scanner = await newPerson()
  await scanner.goto(link)
  await scanner.reload()
  await expect(scanner.getByRole('button', { name: 'Sign in', exact: true })).toBeVisible()
  expect(await scanner.context().cookies()).toEqual([])

  await page.goto(link)
  await page.getByRole('main').getByRole('button', { name: 'Sign in', exact: true }).click()
  await expect(page).toHaveURL(/\/withdrawals$/)
  await expect(page.getByRole('button', { name: 'Sign out' })).toBeVisible()

  await scanner.getByRole('main').getByRole('button', { name: 'Sign in', exact: true }).click()
  await expect(
    scanner.getByRole('alert').filter({ hasText: 'has expired or was already used' }),
  ).toBeVisible()
  await scanner.goto(link)
  await expect(scanner.getByRole('main')).toContainText('This sign-in link has expired or was already used')
  expect(await scanner.context().cookies()).toEqual([])
})

test('a stranger learns nothing by asking for a link: unknown people and staff get the same answer and no mail', async ({
  page,
  database,
}) => {
  await askForLink(page, people.otherReceiver.email)
  const known = await answer(page).innerText()
  const before = await database.rows('SELECT id FROM mail')
  for (const email of ['nobody@e2e.example', people.approver.email]) {
    await askForLink(page, email)
    expect(await answer(page).innerText()).toBe(known)
  }
  expect(await database.rows('SELECT id FROM mail')).toHaveLength(before.length)
})

test('a wrong password and an unknown e-mail get the same answer', async ({ page }) => {
  const words: string[] = []
  for (const email of [people.clerk.email, 'nobody@e2e.example']) {
    await page.goto('/sign-in')
    await page.getByLabel('Email', { exact: true }).fill(email)
    await page.getByLabel('Password').fill('not the right password')
    await page.getByRole('button', { name: 'Sign in', exact: true }).click()
    const refusal = page.getByRole('alert').filter({ hasText: 'Wrong email or password' })
    await expect(refusal).toBeVisible()
    words.push(await refusal.innerText())
    await expect(page.getByLabel('Email', { exact: true })).toHaveValue(email)
  }
  expect(words[0]).toBe(words[1])
  expect(await page.context().cookies()).toEqual([])
})

test('signing out ends the session itself, not only the cookie', async ({ page, newPerson, request }) => {
  await signInByForm(page, people.clerk.email)
  const kept = await page.context().cookies()
  const safe = { httpOnly: true, sameSite: 'Lax' }
  expect(kept.map(({ name, httpOnly, sameSite }) => ({ name, httpOnly, sameSite }))).toEqual([
    { name: 'portal-session', ...safe },
    { name: 'portal-device', ...safe },
  ])
  await page.goto('/desk')
  await page.getByRole('button', { name: 'Sign out' }).click()
  await expect(page).toHaveURL(/\/sign-in/)
  expect(await cookieNames(page)).toEqual(['portal-device'])

  const thief = await newPerson()
  await thief.context().addCookies(kept)
  await thief.goto('/desk')
  await expect(thief).toHaveURL(/\/sign-in/)
  const cookie = kept.map(({ name, value }) => `${name}=${value}`).join('; ')
  const download = await request.get('/desk/payouts/export', { headers: { cookie } })
  expect(download.status()).toBe(401)
})

test('a receiver signs out on the status page of a payout, and knows the sign-in page by their phrase', async ({
  page,
  payouts,
}) => {
  const { statusUrl } = await payouts.create()
  await signInByForm(page, people.otherReceiver.email)
  await page.goto('/account')
  const phrase = page.getByRole('textbox', { name: 'Phrase' })
  await phrase.fill('see evil.example')
  await page.getByRole('button', { name: 'Save phrase' }).click()
  await expect(page.getByText('Leave out links')).toBeVisible()
  await phrase.fill('red bicycle')
  await page.getByRole('button', { name: 'Save phrase' }).click()
  await expect(page.getByText('Your phrase is saved.')).toBeVisible()
  // As when the session has ended by itself.
  const context = page.context()
  const session = await context.cookies()
  await context.clearCookies({ name: 'portal-session' })
  await page.goto('/sign-in')
  await expect(page.getByText('Your phrase: red bicycle')).toBeVisible()
  await context.addCookies(session)

  await page.goto(statusUrl!)
  await page.getByRole('button', { name: 'Sign out' }).click()
  await expect(page).toHaveURL(/\/sign-in/)
  expect(await cookieNames(page)).toEqual(['portal-device'])
  // On a shared browser the next person reads nobody's phrase.
  await expect(page.getByRole('heading', { name: 'Sign in', exact: true })).toBeVisible()
  await expect(page.getByText('red bicycle')).toHaveCount(0)
})

/** E-mail and password only. */
async function begin(page: Page, email: string, given = password): Promise<void> {
  await page.goto('/sign-in')
  await page.getByLabel('Email', { exact: true }).fill(email)
  await page.getByLabel('Password').fill(given)
  await page.getByRole('button', { name: 'Sign in', exact: true }).click()
}

test('for staff the password alone opens nothing: a code comes next, and each counts once', async ({
  page,
  newPerson,
}) => {
  const { email } = people.clerk
  await begin(page, email)
  await expect(page).toHaveURL(/\/sign-in\/code$/)
  await expect(page.getByLabel('One-time code')).toBeFocused()
  await page.goto('/desk')
  await expect(page).toHaveURL(/\/sign-in\?next=/)
  await page.goto('/sign-in/code')
  await sendCode(page, '')
  await expect(page.getByRole('alert').filter({ hasText: 'Enter the code' })).toBeVisible()
  await sendCode(page, 'abcdef')
  await expect(page.getByRole('alert').filter({ hasText: 'That code isn’t right' })).toBeVisible()
  const code = await codeFor('clerk')
  await sendCode(page, code)
  await expect(page).toHaveURL(/\/desk$/)

  const thief = await newPerson()
  await begin(thief, email)
  await sendCode(thief, code)
  await expect(thief.getByRole('alert').filter({ hasText: 'That code was already used' })).toBeVisible()
  await thief.goto('/desk')
  await expect(thief).toHaveURL(/\/sign-in/)
})

test('staff without a second factor set one up before they get in, and its recovery codes let them in once each', async ({
  page,
  newPerson,
  stack,
}) => {
  const person = { email: `fresh-${Date.now()}@e2e.example`, role: 'auditor', name: 'Frida Fresh' }
  await createPerson(stack.environment, person)
  await begin(page, person.email)
  await expect(page).toHaveURL(/\/sign-in\/set-up$/)
  await expect(page.getByRole('img', { name: 'QR code of the key' })).toBeVisible()
  const secret = (await page.locator('[data-secret]').getAttribute('data-secret'))!
  await sendCode(page, '000000')
  await expect(page.getByRole('alert').filter({ hasText: 'That code isn’t right' })).toBeVisible()
  expect(await page.locator('[data-secret]').getAttribute('data-secret')).toBe(secret)
  await sendCode(page, codeAt(secret))
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Your second factor is set up')
  const codes = (await page.getByLabel('Your recovery codes').inputValue()).split('\n')
  expect(codes).toHaveLength(10)
  await page.getByRole('link', { name: 'continue' }).click()
  await expect(page).toHaveURL(/\/desk$/)

  // The phone is lost.
  for (const [attempt, answer] of [
    [codes[3]!, null],
    [codes[3]!, 'That code isn’t right'],
  ] as const) {
    const other = await newPerson()
    await begin(other, person.email)
    await sendCode(other, attempt)
    if (answer === null) await expect(other.getByRole('button', { name: 'Sign out' })).toBeVisible()
    else await expect(other.getByRole('alert').filter({ hasText: answer })).toBeVisible()
  }
})

test("a disabled person's next request is refused, and so is their password", async ({ page, stack }) => {
  const totpSecret = 'LEAVERLEAVERLEAV'
  const person = {
    email: `leaver-${Date.now()}@e2e.example`,
    role: 'approver',
    name: 'Leo Leaver',
    totpSecret,
  }
  await createPerson(stack.environment, person)
  await signInByForm(page, person.email, password, totpSecret)
  await page.goto('/desk')
  await expect(page).toHaveURL(/\/desk$/)
  await admin(stack.environment, ['user:disable', '--email', person.email])
  await page.goto('/desk/payouts')
  await expect(page).toHaveURL(/\/sign-in/)
  await page.getByLabel('Email', { exact: true }).fill(person.email)
  await page.getByLabel('Password').fill(password)
  await page.getByRole('button', { name: 'Sign in', exact: true }).click()
  await expect(page.getByRole('alert').filter({ hasText: 'Wrong email or password' })).toBeVisible()
})

test('signing in leads to where the person was going, and never to another site', async ({ page }) => {
  await page.goto('/desk/payouts?status=paid')
  await expect(page).toHaveURL(/\/sign-in\?next=/)
  const fill = async () => {
    await page.getByLabel('Email', { exact: true }).fill(people.auditor.email)
    await page.getByLabel('Password').fill(password)
    await page.getByRole('button', { name: 'Sign in', exact: true }).click()
    await sendCode(page, await codeFor('auditor'))
    await expect(page.getByRole('button', { name: 'Sign out' })).toBeVisible()
  }
  await fill()
  await expect(page).toHaveURL(/\/desk\/payouts\?status=paid$/)
  for (const next of ['https://example.net/', '//example.net/', '/\\example.net/']) {
    // The page that is open would ask on without a session.
    await page.goto('about:blank')
    await page.context().clearCookies()
    await page.goto(`/sign-in?next=${encodeURIComponent(next)}`)
    await fill()
    await expect(page).toHaveURL(/\/desk$/)
  }
})

test('the cookie of staff lives as long as their session, eight hours', async ({ page, signIn }) => {
  await signIn(page, 'clerk')
  const cookie = (await page.context().cookies()).find(({ name }) => name === 'portal-session')
  const hours = ((cookie?.expires ?? 0) - Date.now() / 1000) / 3600
  expect(hours).toBeGreaterThan(7.5)
  expect(hours).toBeLessThanOrEqual(8)
})

test('signing in ends the session that was there', async ({ newPerson }) => {
  const [first, second] = [await newPerson(), await newPerson()]
  const enter = async (page: typeof first) => {
    await page.getByLabel('Email').first().fill(people.otherReceiver.email)
    await page.getByLabel('Password').fill(password)
    await page.getByRole('button', { name: 'Sign in', exact: true }).click()
    await expect(page.getByRole('button', { name: 'Sign out' })).toBeVisible()
  }
  const isIn = async () => (await first.request.get('/withdrawals', { maxRedirects: 0 })).status() === 200
  await Promise.all([first.goto('/sign-in'), second.goto('/sign-in')])
  await enter(first)
  expect(await isIn()).toBe(true)
  // The second form was open before its browser had this session.
  await second.context().addCookies(await first.context().cookies())
  await enter(second)
  expect(await isIn()).toBe(false)
})

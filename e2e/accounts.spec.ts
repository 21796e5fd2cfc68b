// Administrators invite people, change accounts, and create and revoke keys; people change their own account.
import { randomUUID } from 'node:crypto'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Page } from '@playwright/test'
import { Webhook } from 'standardwebhooks'
import { codeAt } from './support/codes.ts'
import { codeFor, expect, sendCode, signInByForm, test } from './support/fixtures.ts'
import { requestBody } from './support/payouts.ts'
import { admin, createPerson, password } from './support/stack.ts'

const newPassword = 'a newly chosen password'

/** Sends the page's form with a fresh code from this person's authenticator. */
async function confirm(page: Page, who: Parameters<typeof codeFor>[0], button: string): Promise<void> {
  await page.getByLabel('One-time code').fill(await codeFor(who))
  await page.getByRole('main').getByRole('button', { name: button, exact: true }).click()
}

/** The latest mail to this address. */
async function mailTo(page: Page, email: string) {
  await page.goto('/demo/mail')
  return page
    .getByRole('listitem')
    .filter({ hasText: `to ${email}` })
    .first()
}

async function somebody(stack: { environment: Record<string, string | undefined> }, role: string) {
  const person = {
    email: `${role}-${randomUUID()}@e2e.example`,
    role,
    name: `Sam ${role}`,
    totpSecret: 'SOMEBODYSOMEBODY',
  }
  await createPerson(stack.environment, person)
  return person
}

/** A system that listens to webhooks and keeps what it hears. */
async function listen() {
  const heard: { headers: Record<string, string>; body: string }[] = []
  const server = createServer((request, response) => {
    let body = ''
    request.on('data', (part: Buffer) => (body += part.toString()))
    request.on('end', () => {
      heard.push({ headers: request.headers as Record<string, string>, body })
      response.end('thank you')
    })
  })
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  const close = () => {
    server.closeAllConnections()
    server.close()
  }
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`, heard, close }
}

/** One admin adds a target for a system that really listens, the second confirms; then a test event, again, and another secret. */
async function addWebhook(page: Page, second: Page, berta: Parameters<typeof codeFor>[0]): Promise<void> {
  const { url, heard, close } = await listen()
  const name = `Shop ${randomUUID().slice(0, 8)}`
  await page.goto('/desk/webhooks/new')
  await page.getByLabel('Name').fill(name)
  await page.getByLabel('Address', { exact: true }).fill(url)
  // For the test event alone: other tests make payouts and grants at the same time.
  await page.getByLabel('payout.changed_after_end').check()
  await confirm(page, 'admin', 'Propose it')
  await expect(page.getByRole('status').filter({ hasText: 'Your proposal is waiting' })).toBeVisible()
  await second.goto('/desk/webhooks')
  const proposal = second.getByRole('listitem').filter({ hasText: name })
  await proposal.getByLabel('One-time code').fill(await codeFor(berta))
  await proposal.getByRole('button', { name: 'Confirm' }).click()
  await expect(second.getByRole('status').filter({ hasText: 'The change is in effect' })).toBeVisible()

  await page.goto('/desk/webhooks')
  await page.getByRole('link', { name: `Open ${name}` }).click()
  const makeSecret = async () => {
    await confirm(page, 'admin', 'Make a secret')
    const secret = await page.getByRole('textbox', { name: 'Secret' }).inputValue()
    await page.getByRole('link', { name: 'I’ve copied it' }).click()
    return secret
  }
  const first = await makeSecret()
  const isSignedBy = (secret: string, n: number) => {
    const { body, headers } = heard[n]!
    expect(new Webhook(secret).verify(body, headers)).toMatchObject({ type: 'webhook.test' })
  }
  await page.getByRole('button', { name: 'Send a test event' }).click()
  await expect.poll(() => heard.length).toBe(1)
  isSignedBy(first, 0)
  const line = page.getByRole('region', { name: 'Log' }).getByRole('listitem').first()
  await expect(async () => {
    await page.reload()
    await expect(line).toContainText('Arrived', { timeout: 1_000 })
  }).toPass()
  await line.getByRole('button', { name: 'Send again' }).click()
  // Pressed before the scripts run, it loads the page again, and what is filled in until then is lost.
  await expect(page.getByRole('status').filter({ hasText: 'is being sent again' })).toBeVisible()
  await expect.poll(() => heard.length).toBe(2)
  expect(heard[1]!.headers['webhook-id']).toBe(heard[0]!.headers['webhook-id'])
  expect(heard[1]!.body).toBe(heard[0]!.body)
  // For a day both secrets are good, and the other system need not change over at once.
  const other = await makeSecret()
  await page.getByRole('button', { name: 'Send a test event' }).click()
  await expect.poll(() => heard.length).toBe(3)
  for (const secret of [first, other]) isSignedBy(secret, 2)
  await page.getByRole('button', { name: 'Remove for good' }).click()
  await expect(page.getByRole('status').filter({ hasText: 'The target is removed' })).toBeVisible()
  close()
}

test('an administrator invites an approver and adds a webhook, another confirms both, and the approver sets a password and a factor and is in', async ({
  page,
  newPerson,
  signIn,
  stack,
}) => {
  const berta = await somebody(stack, 'admin')
  const email = `nina-${randomUUID()}@e2e.example`
  await signIn(page, 'admin')
  await page.goto('/desk/users/new')
  await page.getByLabel('Name').fill('Nina New')
  await page.getByLabel('Email').fill('nobody')
  await page.getByLabel('Role').selectOption('approver')
  await page.getByRole('button', { name: 'Send invitation' }).click()
  await expect(page.getByRole('alert').filter({ hasText: 'Enter an email address' })).toBeVisible()
  await expect(page.getByLabel('Name')).toHaveValue('Nina New')
  await page.getByLabel('Email').fill(email)
  await confirm(page, 'admin', 'Send invitation')
  await expect(page.getByRole('status').filter({ hasText: 'Your proposal is waiting' })).toBeVisible()
  const proposalOn = (where: Page) =>
    where
      .getByRole('region', { name: 'Waiting for a second administrator' })
      .getByRole('listitem')
      .filter({ hasText: email })
  await expect(proposalOn(page)).toContainText('when another administrator confirms it')
  await expect(proposalOn(page).getByRole('button', { name: 'Confirm' })).toHaveCount(0)
  const second = await newPerson()
  await signInByForm(second, berta.email, password, berta.totpSecret)
  await second.goto('/desk/users')
  await proposalOn(second).getByRole('button', { name: 'Confirm' }).click()
  await expect(proposalOn(second).getByText('Enter the code')).toBeVisible()
  await proposalOn(second)
    .getByLabel('One-time code')
    .fill(await codeFor(berta))
  await proposalOn(second).getByRole('button', { name: 'Confirm' }).click()
  await expect(second.getByRole('status').filter({ hasText: 'The change is in effect' })).toBeVisible()
  await addWebhook(page, second, berta)
  await admin(stack.environment, ['user:disable', '--email', berta.email])

  const mail = await mailTo(page, email)
  const link = (await mail.getByRole('link', { name: '/invite/' }).getAttribute('href'))!
  const nina = await newPerson()
  await nina.goto(link)
  await nina.reload()
  expect(await nina.context().cookies()).toEqual([])
  await nina.getByLabel('New password').fill('trustno1')
  await nina.getByRole('button', { name: 'Save password' }).click()
  await expect(nina.getByRole('alert').filter({ hasText: 'Enter 12' })).toBeVisible()
  await nina.getByLabel('New password').fill(newPassword)
  await nina.getByRole('button', { name: 'Save password' }).click()
  await expect(nina).toHaveURL(/\/sign-in\/set-up$/)
  const secret = (await nina.locator('[data-secret]').getAttribute('data-secret'))!
  await sendCode(nina, codeAt(secret))
  await nina.getByRole('link', { name: 'continue' }).click()
  await expect(nina).toHaveURL(/\/desk$/)
  await nina.goto(link)
  await expect(nina.getByRole('main')).toContainText('This invitation has expired or was already used')
})

test('a person changes the password, replaces the second factor and ends the other sessions', async ({
  page,
  newPerson,
  stack,
}) => {
  const me = await somebody(stack, 'auditor')
  await signInByForm(page, me.email, password, me.totpSecret)
  const elsewhere = await newPerson()
  await signInByForm(elsewhere, me.email, password, me.totpSecret)

  await page.goto('/account')
  await expect(page.getByText('this one')).toBeVisible()
  await page.getByRole('button', { name: 'Sign out everywhere else' }).click()
  await expect(page.getByRole('status').filter({ hasText: 'signed out everywhere else' })).toBeVisible()
  await elsewhere.goto('/desk')
  await expect(elsewhere).toHaveURL(/\/sign-in/)

  await page.getByRole('link', { name: 'Change your password' }).click()
  await page.getByLabel('Current password').fill('not it at all')
  await page.getByLabel('New password').fill(newPassword)
  await confirm(page, me, 'Change password')
  await expect(page.getByRole('alert').filter({ hasText: 'isn’t your current password' })).toBeVisible()
  await page.getByLabel('Current password').fill(password)
  await page.getByLabel('New password').fill(newPassword)
  await confirm(page, me, 'Change password')
  await expect(page.getByRole('status').filter({ hasText: 'Your password is changed' })).toBeVisible()

  await page.getByRole('link', { name: 'Replace your authenticator' }).click()
  await confirm(page, me, 'Continue')
  const totpSecret = (await page.locator('[data-secret]').getAttribute('data-secret'))!
  await page.getByLabel('One-time code').fill(codeAt(totpSecret))
  await page.getByRole('button', { name: 'Use the new one' }).click()
  await expect(page.getByLabel('Your recovery codes')).toHaveValue(/^[a-z2-7-]{19}\n/)
  await page.getByRole('link', { name: 'I’ve saved them' }).click()
  await expect(page.getByText('You have 10 recovery codes left')).toBeVisible()

  const again = await newPerson()
  await signInByForm(again, me.email, newPassword, totpSecret)
})

test('an administrator changes a role, which ends sessions at once, and cannot change their own account', async ({
  page,
  newPerson,
  signIn,
  stack,
  database,
}) => {
  const person = await somebody(stack, 'approver')
  const desk = await newPerson()
  await signInByForm(desk, person.email, password, person.totpSecret)
  await signIn(page, 'admin')
  await page.goto('/desk/users')
  await page.getByRole('listitem').filter({ hasText: person.email }).getByRole('link').click()
  await page.getByRole('link', { name: 'Change role' }).click()
  await page.getByLabel('New role').selectOption('clerk')
  await page.getByRole('button', { name: 'Change role' }).click()
  await expect(page.getByRole('alert').filter({ hasText: 'Enter the code' })).toBeVisible()
  await expect(page.getByLabel('New role')).toHaveValue('clerk')
  await confirm(page, 'admin', 'Change role')
  await expect(page.getByRole('status').filter({ hasText: 'The role is changed' })).toBeVisible()
  await desk.goto('/desk')
  await expect(desk).toHaveURL(/\/sign-in/)
  const [row] = await database.rows<{ role: string }>('SELECT role FROM app_user WHERE email = $1', [
    person.email,
  ])
  expect(row).toEqual({ role: 'clerk' })

  await page.goto('/desk/users')
  await page.getByRole('listitem').filter({ hasText: 'admin@e2e.example' }).getByRole('link').click()
  await expect(page.getByText('another administrator must change it')).toBeVisible()
  await expect(page.getByRole('link', { name: 'Disable account' })).toHaveCount(0)
})

test('an administrator creates a key that may only read, and revokes it', async ({
  page,
  signIn,
  playwright,
  stack,
}) => {
  await signIn(page, 'admin')
  await page.goto('/desk/keys/new')
  await page.getByLabel('Name').fill('Reporting')
  await page.getByLabel('create and cancel payouts').uncheck()
  await page.getByLabel('Expires in days').fill('soon')
  await confirm(page, 'admin', 'Create key')
  await expect(page.getByRole('alert').filter({ hasText: 'whole number' })).toBeVisible()
  await expect(page.getByLabel('create and cancel payouts')).not.toBeChecked()
  await page.getByLabel('Expires in days').fill('30')
  await confirm(page, 'admin', 'Create key')
  const key = await page.getByLabel('API key', { exact: true }).inputValue()
  const api = await playwright.request.newContext({
    baseURL: stack.appUrl,
    extraHTTPHeaders: { Authorization: `Bearer ${key}` },
  })
  expect((await api.get('/api/v1/payouts')).status()).toBe(200)
  const asked = await api.post('/api/v1/payouts', {
    headers: { 'Idempotency-Key': randomUUID() },
    data: requestBody(),
  })
  expect(asked.status()).toBe(403)
  expect(await asked.json()).toMatchObject({ code: 'forbidden' })
  await page.getByRole('link', { name: 'I’ve copied it' }).click()
  await page.getByRole('link', { name: 'Revoke Reporting' }).first().click()
  await confirm(page, 'admin', 'Revoke key')
  await expect(page.getByRole('status').filter({ hasText: 'The key is revoked' })).toBeVisible()
  expect((await api.get('/api/v1/payouts')).status()).toBe(401)
  await api.dispose()
})

test.describe('without scripts', () => {
  test.use({ javaScriptEnabled: false })

  test('staff set up their second factor and read the recovery codes', async ({ page, stack }) => {
    const person = { email: `plain-${randomUUID()}@e2e.example`, role: 'clerk', name: 'Paul Plain' }
    await createPerson(stack.environment, person)
    await page.goto('/sign-in')
    await page.getByLabel('Email', { exact: true }).fill(person.email)
    await page.getByLabel('Password').fill(password)
    await page.getByRole('button', { name: 'Sign in', exact: true }).click()
    const secret = (await page.locator('[data-secret]').getAttribute('data-secret'))!
    await sendCode(page, codeAt(secret))
    await expect(page.getByLabel('Your recovery codes')).toHaveValue(/^([a-z2-7-]{19}\n){9}/)
    await page.getByRole('link', { name: 'continue' }).click()
    await expect(page).toHaveURL(/\/desk$/)
  })
})
